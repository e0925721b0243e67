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
      links: [.page("http://127.0.0.1:9788/")],
      commands: [.journal(of: description)], description: description)
  }
}

extension HeapEvidence {
  static func sample(madeAt: Timestamp) -> HeapEvidence {
    HeapEvidence(
      kind: "pprof",
      old: Capture(
        at: madeAt - .hours(1), bytes: 3_145_728, objects: 900, path: "/var/lib/leakwatch/a"),
      new: Capture(at: madeAt, bytes: 39_845_888, objects: 9510, path: "/var/lib/leakwatch/b"),
      growers: [
        Grower(
          name: "main.newSession", file: "main.go", line: 34, oldBytes: 1_048_576,
          newBytes: 36_700_160, deltaObjects: 8610, share: 0.97, samplingErrorBytes: 4_300_800,
          isBeyondSamplingError: true),
        Grower(
          name: "0x1a2b0", file: nil, line: nil, oldBytes: 0, newBytes: 4096, deltaObjects: 1,
          share: 0.03, samplingErrorBytes: nil, isBeyondSamplingError: false),
      ],
      stack: ["main.newSession main.go:34", "main.main main.go:60"],
      goroutines: Goroutines(old: 12, new: 212, frames: ["main.wait main.go:66"], delta: 200),
      bearing: .supports, conclusion: "main.newSession main.go:34 holds more", madeAt: madeAt)
  }
}
