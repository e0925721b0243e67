@testable import Alerting
import TimeSeries

extension Alert {
  /// The alert of the documentation: "api" grows 512 MiB a day and hits its limit in three days.
  static func sample(
    service: String = "api", kind: AlertKind = .memoryGrowth, status: Status = .firing,
    severity: Severity = .page, unit: String? = "api.service"
  ) -> Alert {
    let key = AlertKey(service: ServiceName(service), kind: kind)
    let growth = GrowthFigures(
      slopeBytesPerDay: 536_870_912, slopeLow: 5.1e8, slopeHigh: 5.5e8, secondsToLimit: 262_000,
      secondsToLimitLow: 240_000, secondsToLimitHigh: 291_000.5)
    let description = ServiceDescription(
      name: ServiceName(service), cgroupPath: "/system.slice/api.service", unit: unit,
      invocationID: "0123456789abcdef0123456789abcdef", runtime: "go")
    return Alert(
      key: key, status: status, severity: severity, episode: EpisodeID(text: "ep-1"),
      host: "db-3", startedAt: Timestamp(milliseconds: 1_795_341_000_250),
      at: Timestamp(milliseconds: 1_795_341_600_000), verdict: "leak", flavour: "true_leak",
      growth: growth, growing: "anon",
      summary: status == .firing
        ? "\(service): memory grows 512 MiB/day (486 MiB to 525 MiB), true leak, in anon; "
          + "limit in 3 d (2 d 18 h to 3 d 8 h)" : "\(service): memory no longer grows",
      reasons: ["linear over 24 h", "requests \"flat\""],
      checklist: [
        ChecklistAnswer(
          question: "Does it follow load?", answer: "no", figures: ["r2": 0.25, "nan": .nan])
      ],
      links: [AlertLink(href: "http://127.0.0.1:9788/", text: "status")],
      commands: [.journal(of: description)], description: description)
  }
}
