internal import Alerting
internal import TimeSeries

extension Configuration.RestartPolicy {
  /// What `check-config` tells of it.
  var line: SummaryLine {
    var reasons = maxUptime.map { ["after \($0)"] } ?? []
    reasons += self.reasons.map { reason in
      switch reason {
      case .leak: "on a confirmed leak"
      case .oomImminent: "when its limit is reached soon"
      }
    }
    let place = timeZone == Self.localZone ? "" : " in \(timeZone)"
    let time = window.map { "between \($0)\(place)" } ?? "in the quietest hours"
    let slots = hostSlots > 1 ? ", in one of \(hostSlots) parts of it" : ""
    let way = sink.map { "asked for through \($0)" } ?? "by systemd"
    let dry = isDryRun ? "; a dry run, nothing is restarted" : ""
    var which = services.isEmpty ? "services" : services.map(\.text).joined(separator: ", ")
    for (label, pattern) in labels.sorted(by: { $0.key < $1.key }) {
      which += " with \(label)=~\"\(pattern)\""
    }
    return SummaryLine(
      "restarts",
      "\(name): \(which) "
        + "\(reasons.joined(separator: " or ")), \(time)\(slots), \(way)\(dry)")
  }
}
