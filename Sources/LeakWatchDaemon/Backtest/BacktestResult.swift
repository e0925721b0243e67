internal import Alerting
internal import Signals
internal import TimeSeries

/// What a back-test found.
struct BacktestResult: Sendable {
  /// Gaps that are told one by one.
  static let toldGaps = 20

  var grid: MomentGrid
  /// By service; several of one service that was away for long.
  var records: [BacktestRecord] = []
  /// Stretches that some query brought nothing for.
  var gapCount = 0
  var requests = 0
  var receivedBytes = 0

  init(grid: MomentGrid) {
    self.grid = grid
  }

  var firings: [(record: BacktestRecord, firing: BacktestRecord.Firing)] {
    records.flatMap { record in record.firings.map { (record, $0) } }
      .sorted { ($0.firing.at, $0.record.service) < ($1.firing.at, $1.record.service) }
  }

  func count(_ severity: Severity) -> Int { records.reduce(0) { $0 + $1.count(severity) } }

  /// "would have paged 2 times in 30 days, the first 61 h before the OOM kill"
  var sentence: String {
    let pages = count(.page)
    var text =
      pages == 0 ? "would have paged nobody" : "would have paged \(Self.times(pages))"
    text += " in \(Self.span(grid.end - grid.start + grid.step))"
    // The page for a kill itself foretells nothing.
    let first = firings.filter { $0.firing.severity == .page && $0.firing.kind != .oomKill }
      .min { $0.firing.severityAt < $1.firing.severityAt }
    if let (record, firing) = first, let ending = record.ending(after: firing.severityAt) {
      text += pages == 1 ? "," : ", the first"
      text += " \(Self.lead(ending, firing.severityAt))"
    }
    let quieter = [(Severity.warning, "warning"), (.ticket, "ticket")].compactMap {
      severity, name in
      let count = count(severity)
      return count == 0 ? nil : "\(count) \(name)\(count == 1 ? "" : "s")"
    }
    if !quieter.isEmpty { text += "; besides \(quieter.joined(separator: " and "))" }
    return text
  }

  /// "61 h before the OOM kill"
  static func lead(_ ending: BacktestRecord.Ending, _ moment: Timestamp) -> String {
    let name = ending.kind == .oomKill ? "the OOM kill" : "the restart"
    let lead = (ending.at - moment).seconds
    return lead < 1 ? "at \(name)" : "\(RoughDuration.text(lead)) before \(name)"
  }

  private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

  /// "30 days", "36 h".
  static func span(_ span: TimeSpan) -> String {
    let day: Int64 = 86_400_000
    let days = (span.milliseconds + day / 2) / day
    guard days >= 3 else { return RoughDuration.text(span.seconds) }
    return "\(days) days"
  }
}
