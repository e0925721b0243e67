internal import Alerting
internal import Detectors
internal import Engine
internal import TimeSeries

/// Every service in a line, the most urgent first: for a person.
struct StatusTable {
  private static let sparkWidth = 16

  private var table = TextTable([
    .init(title: "SERVICE", leastWidth: 12),
    .init(title: "LAST DAY"),
    .init(title: "MEMORY", isRightAligned: true),
    .init(title: "OF LIMIT", isRightAligned: true),
    .init(title: "VERDICT", leastWidth: 10),
    .init(title: "PER DAY", isRightAligned: true),
    .init(title: "LIMIT IN", leastWidth: 8),
    .init(title: "ALERTS", leastWidth: 10),
  ])
  private let summary: String

  init(_ reports: [ServiceReport], _ silences: SilenceList, at now: Timestamp) {
    for report in reports { table.add(Self.row(report, silences, at: now)) }
    let held = silences.silences.filter { $0.endsAt > now }.map { SilenceText.line($0) + "\n" }
    let fixes = reports.compactMap { FixText.line($0.fix, of: $0.overview.name).map { $0 + "\n" } }
    summary = (held + fixes).joined() + StatusSentence.describe(reports.map(\.overview), note: nil)
  }

  func text(width: Int, inColour: Bool) -> String {
    table.text(width: width, inColour: inColour) + "\n" + summary + "\n"
  }

  /// A cell for each column.
  static func row(
    _ report: ServiceReport, _ silences: SilenceList, at now: Timestamp
  ) -> [TextTable.Cell] {
    let overview = report.overview
    let floors = report.dayFloors.filter(\.isFinite)
    return [
      .init(overview.name.text, overview.isUp ? .plain : .faint),
      floors.isEmpty ? .unknown : .init(Sparkline.draw(floors, width: sparkWidth)),
      overview.memoryBytes.map { .init(ByteCount($0).description) } ?? .unknown,
      share(overview).map { .init(Percentage($0).description) } ?? .unknown,
      report.verdict.map { VerdictText.cell($0.verdict, $0.flavour) } ?? .init("too early", .faint),
      .perDay(report.growth?.slopeBytesPerDay),
      .timeToLimit(report.growth),
      .init(alerts(report, silences, at: now), overview.firing.isEmpty ? .plain : .alarm),
    ]
  }

  private static func share(_ overview: ServiceOverview) -> Double? {
    guard let memory = overview.memoryBytes, let limit = overview.limitBytes, limit > 0 else {
      return nil
    }
    return memory / limit
  }

  static func alerts(
    _ report: ServiceReport, _ silences: SilenceList, at now: Timestamp
  ) -> String {
    let firing = report.overview.firing.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { kind, since in
        let key = AlertKey(service: report.overview.name, kind: kind)
        let mark = silences.covering(key, at: now) == nil ? "" : " (silenced)"
        return "\(kind.rawValue) for \(max(.zero, now - since))\(mark)"
      }
    let pending = report.pending.map { "\($0.rawValue) pending" }
    let down = report.overview.isUp ? [] : ["target down"]
    let fix = FixText.cell(report.fix).map { [$0] } ?? []
    return (firing + fix + pending + down).joined(separator: ", ")
  }
}
