internal import Alerting
internal import Engine
internal import TimeSeries

extension ScrapeSource {
  /// As a person names it.
  var text: String {
    switch self {
    case .cgroup: "its cgroup"
    case .exporter(let address), .prometheus(let address): address
    case .trace: "the trace"
    }
  }
}

extension JournalRecord {
  /// The bound on the windows' memory is reached.
  static func leftOut(_ leftOut: LeftOut) -> JournalRecord {
    JournalRecord(
      .leftOut,
      message: """
        the memory for windows is full: \(leftOut.series) series of \(leftOut.services) services \
        are left out, \(leftOut.example) among them; raise [windows] max_memory, or watch less with \
        [cgroups] include
        """,
      details: [
        Field("LEAKWATCH_SERVICES", String(leftOut.services)),
        Field("LEAKWATCH_SERIES", String(leftOut.series)),
      ])
  }

  /// - Parameter failure: nil where it works again.
  static func heartbeat(_ failure: String?) -> JournalRecord {
    guard let failure else {
      return JournalRecord(
        .sourceProblem, priority: .notice, message: "the heartbeat arrives again")
    }
    return JournalRecord(
      .sourceProblem,
      message: "the heartbeat does not arrive, and whoever waits for it will raise the alarm: "
        + failure)
  }

  /// A reload that was refused; the old configuration goes on.
  static func configurationRejected(path: String, reasons: [String]) -> JournalRecord {
    JournalRecord(
      .configurationRejected,
      message: ([
        "the configuration was rejected, the old one goes on; mend it and reload again"
      ] + reasons.map { "  \($0)" }).joined(separator: "\n"),
      details: [Field("LEAKWATCH_PATH", path)])
  }
}
