internal import Engine
internal import Scrapers
internal import Signals
internal import TimeSeries

/// What a back-test asks, of whom, and what it does with the answers.
struct BacktestPlan: Sendable {
  var endpoint: PrometheusEndpoint
  var wishes: SignalQueryPlan.Wishes
  var naming: ServiceNaming
  /// Every moment of the past that is looked at: multiples of the step.
  var grid: MomentGrid
  var settings: EngineSettings
  var evaluationInterval: TimeSpan
  var printsLines: Bool
  var drawsPictures: Bool
  var jobs: Int
  /// Services that are kept in memory at once, where the queries can be asked for some alone.
  var batch: Int

  /// What is asked in each pass over the time, for a server that knows `services`.
  func passes(_ services: [String]) -> [SignalQueryPlan] {
    guard services.count > batch else { return [SignalQueryPlan(wishes, step: grid.step)] }
    let groups = stride(from: 0, to: services.count, by: batch).map { start in
      Array(services[start..<min(start + batch, services.count)])
    }
    return (groups + [nil]).map {
      SignalQueryPlan(wishes.restricted(to: $0), step: grid.step)
    }
  }
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
