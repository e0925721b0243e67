package import TimeSeries

extension Configuration {
  /// `[heartbeat]`: an address that is asked while LeakWatch is well. Somebody else notices when that
  /// stays away.
  package struct Heartbeat: Sendable, Equatable {
    /// nil, and no file either: no heartbeat.
    package var url: WebURL?
    /// A file with the address, read at each use.
    package var urlFile: String?
    package var method = Method.get
    package var interval = TimeSpan.minutes(1)
    package var timeout = TimeSpan.seconds(10)

    package enum Method: String, CaseIterable, Sendable {
      case get = "GET"
      case post = "POST"
    }

    package var isEnabled: Bool { url != nil || urlFile != nil }

    package init() {}
  }
}

extension Configuration.Heartbeat: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .optional("url", \.url, .url, absent: "no heartbeat", "the address that is asked"),
      .optional(
        "url_file", \.urlFile, .path, absent: "no heartbeat",
        "a file with the address, where the address itself is a key"),
      .value("method", \.method, .choice("method"), "how it is asked"),
      .value(
        "interval", \.interval, .duration(in: Intervals.allowed),
        "how long at least from one to the next; each comes after an evaluation of the rules"),
      .value(
        "timeout", \.timeout, .duration(in: Intervals.timeouts), "after this it has failed"),
    ]
  }

  func check(_ given: GivenKeys, log: inout DiagnosticLog) {
    guard url != nil, urlFile != nil else { return }
    log.error(at: given.position(of: "url_file"), "give url or url_file, not both")
  }
}
