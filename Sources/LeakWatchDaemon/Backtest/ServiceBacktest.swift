internal import Alerting
internal import Engine
internal import Signals
internal import TimeSeries

/// One service on its way through a back-test.
struct ServiceBacktest: Sendable {
  private var replay: TraceReplay
  private(set) var record: BacktestRecord
  /// JSON lines that nobody has taken yet.
  private(set) var lines = ""
  private let printsChanges: Bool

  init(_ service: ServiceName, plan: BacktestPlan) {
    replay = TraceReplay(
      service: service, settings: plan.settings, evaluatingEvery: plan.evaluationInterval,
      keepsMemory: false)
    let width = plan.drawsPictures ? BacktestPlot.pictureWidth : BacktestPlot.briefWidth
    record = BacktestRecord(
      service: service, plot: BacktestPlot(from: plan.grid.start, to: plan.grid.end, width: width))
    printsChanges = plan.printsLines
  }

  /// Of the newest moment; nil before the first.
  var lastSeen: Timestamp? { replay.summary.end }

  mutating func take(_ moments: [ServiceMoment]) {
    for moment in moments {
      replay.take(moment.readings, incarnation: moment.incarnation, at: moment.timestamp) {
        Self.note($0, in: &record, &lines, printsChanges)
      }
    }
  }

  /// No moment may follow.
  mutating func finish() {
    replay.finish { Self.note($0, in: &record, &lines, printsChanges) }
    record.verdict = replay.summary.verdict
    record.samples += replay.summary.samples
    if printsChanges { lines += ReplayLines.summary(replay.summary).text + "\n" }
  }

  mutating func takeLines() -> String {
    defer { lines = "" }
    return lines
  }

  private static func note(
    _ happening: TraceReplay.Happening, in record: inout BacktestRecord, _ lines: inout String,
    _ printsChanges: Bool
  ) {
    switch happening {
    case .transition(let change):
      if printsChanges { lines += ReplayLines.transition(change).text + "\n" }
    case .told(let alert): record.note(alert)
    case .ended(let ending, let moment): record.note(ending, at: moment)
    case .memory(let memory, let limit, let moment):
      record.plot.add(memory, limit: limit, at: moment)
    case .verdict: break
    }
  }
}
