internal import Engine
internal import Scrapers
internal import Signals
internal import TimeSeries

/// What a back-test asks, of whom, and what it does with the answers.
struct BacktestPlan: Sendable {
  var endpoint: PrometheusEndpoint
  var queries: SignalQueryPlan
  var naming: ServiceNaming
  /// Every moment of the past that is looked at: multiples of the step.
  var grid: MomentGrid
  var settings: EngineSettings
  var evaluationInterval: TimeSpan
  var printsLines: Bool
  var drawsPictures: Bool
  var jobs: Int
}

extension MomentGrid {
  /// The multiples of `step` from `start` to `end`, as every front of Prometheus aligns them; nil
  /// where there is none.
  init?(from start: Timestamp, to end: Timestamp, step: TimeSpan) {
    var first = start.aligned(to: step)
    if first < start { first = first + step }
    guard first <= end, step > .zero else { return nil }
    let count = (end - first).milliseconds / step.milliseconds + 1
    self.init(start: first, step: step, count: Int(clamping: count))
  }
}
