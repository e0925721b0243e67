internal import Alerting
internal import Detectors
internal import TimeSeries

/// What the table shows of one trace: little, so that a run over thousands stays small.
struct ReplayRow: Sendable {
  static let sparklineWidth = 16

  var service: String
  var sparkline: String
  /// nil where nothing was judged.
  var verdict: Verdict?
  var flavour: Flavour?
  var growth: GrowthFigures
  var start: Timestamp?
  /// First moment that each alert fired.
  var firstFiring: [AlertKind: Timestamp]
  var reasons: [String]

  init(_ summary: TraceReplay.Summary) {
    service = summary.service.text
    sparkline = Sparkline.draw(summary.memory, width: Self.sparklineWidth)
    verdict = summary.verdict?.verdict
    flavour = summary.verdict?.flavour
    growth = summary.verdict?.growth ?? summary.lastGrowth ?? GrowthFigures()
    start = summary.start
    firstFiring = summary.firstFiring
    reasons = summary.verdict?.reasons ?? []
  }
}
