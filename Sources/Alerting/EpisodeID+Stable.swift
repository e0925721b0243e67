package import TimeSeries

extension EpisodeID {
  /// The name of the episode of `key` on `host` that began at `start`: 16 hexadecimal digits of
  /// FNV-1a over the four, so that it is the same wherever and whenever it is computed.
  package init(host: String, key: AlertKey, start: Timestamp) {
    let identity = [
      host, key.service.text, key.kind.rawValue, String(start.milliseconds),
    ].joined(separator: "\u{0}")
    let digits = String(FNV1a.hash(identity), radix: 16)
    self.init(text: String(repeating: "0", count: 16 - digits.count) + digits)
  }
}
