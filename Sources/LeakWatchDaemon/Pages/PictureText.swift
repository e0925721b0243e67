internal import Engine
internal import TimeSeries

/// What a picture shows, in words: for those who cannot see it.
struct PictureText {
  private let picture: MemoryPicture

  init(_ picture: MemoryPicture) {
    self.picture = picture
  }

  var text: String {
    let stretch = picture.stretch
    var parts: [String] = []
    for curve in stretch.curves {
      let known = curve.values.filter(\.isFinite)
      guard let first = known.first, let last = known.last, let most = known.max() else { continue }
      parts.append(
        "\(curve.name): \(ByteCount(first)) at first, \(ByteCount(last)) now, "
          + "at most \(ByteCount(most))")
    }
    if let trend = stretch.trend {
      parts.append(
        "fitted growth of \(MemoryStretch.name(trend.signal)): +\(ByteCount(trend.slope * 86_400)) "
          + "a day, between \(ByteCount(trend.low * 86_400)) and \(ByteCount(trend.high * 86_400))")
    }
    if let limit = stretch.limit { parts.append("the limit is \(ByteCount(limit))") }
    if !stretch.restarts.isEmpty { parts.append("restarts: \(stretch.restarts.count)") }
    if !stretch.deploys.isEmpty {
      let moments = stretch.deploys.map { BacktestTable.moment($0.seenAt) }
      parts.append("new builds: \(stretch.deploys.count), at \(moments.joined(separator: ", "))")
    }
    if !stretch.kills.isEmpty { parts.append("OOM kills: \(stretch.kills.count)") }
    return parts.joined(separator: ". ") + "."
  }
}
