internal import Alerting
internal import Detectors
internal import Engine
internal import Formats
internal import TimeSeries

/// One recorded trace run through the Engine on the trace's own clock.
struct TraceReplay {
  /// What became of the trace as a whole.
  struct Summary {
    var service: ServiceName
    var samples = 0
    /// First moment that each alert fired.
    var firstFiring: [AlertKind: Timestamp] = [:]
    var lastGrowth: GrowthFigures?
    /// Of the first row.
    var start: Timestamp?
    /// Memory in use, a value for each evaluation, for a picture.
    var memory: [Double] = []
    /// The verdict that stands at the end.
    var verdict: GrowthVerdict?
  }

  /// What happens on the way.
  enum Happening {
    case transition(AlertTransition)
    /// The verdict of one evaluation.
    case verdict(GrowthVerdict, Timestamp)
  }

  private var engine: Engine
  private let service: ServiceName
  private let interval: TimeSpan
  private var killsSeen: Double?
  private(set) var summary: Summary

  init(service: ServiceName, settings: EngineSettings, evaluatingEvery interval: TimeSpan) {
    engine = Engine(settings: settings)
    self.service = service
    self.interval = interval
    summary = Summary(service: service)
  }

  /// Runs all rows, evaluating after every interval, and once more at the last row. Calls `tell`
  /// for each change of an alert and each verdict as it happens.
  mutating func run(_ rows: [TraceRow], tell: (Happening) -> Void) {
    guard let first = rows.first?.timestamp, let last = rows.last?.timestamp else { return }
    var nextEvaluation = first + interval
    for row in rows {
      while nextEvaluation < row.timestamp {
        handle(.evaluate, at: nextEvaluation, tell: tell)
        nextEvaluation = nextEvaluation + interval
      }
      take(row, tell: tell)
    }
    handle(.evaluate, at: last, tell: tell)
    summary.start = first
    summary.verdict = engine.verdict(on: service)
  }

  /// The checklist as it stands at the end of the rows.
  func diagnosis(at moment: Timestamp) -> Diagnosis? { engine.diagnosis(of: service, at: moment) }

  private mutating func take(_ row: TraceRow, tell: (Happening) -> Void) {
    let result = ScrapeResult(
      service: service, source: .trace, timestamp: row.timestamp,
      incarnation: incarnation(of: row), readings: row.readings)
    summary.samples += 1
    handle(.scraped(result), at: row.timestamp, tell: tell)
    guard let kills = row.readings.first(where: { $0.signal == .oomKillsTotal })?.value else {
      return
    }
    if let killsSeen, kills > killsSeen {
      let kill = OOMKill(count: Int(kills - killsSeen), evidence: "oom_kills_total of the trace")
      handle(.oomKilled(service, kill), at: row.timestamp, tell: tell)
    }
    killsSeen = kills
  }

  private func incarnation(of row: TraceRow) -> Incarnation? {
    row.readings.first { $0.signal == .startTimeSeconds }.map { start in
      Incarnation(
        identity: "start \(start.value)", startedAt: Timestamp(seconds: start.value))
    }
  }

  private mutating func handle(
    _ event: Event, at moment: Timestamp, tell: (Happening) -> Void
  ) {
    for case .transition(let change) in engine.handle(event, at: moment) {
      if change.to == .firing, summary.firstFiring[change.key.kind] == nil {
        summary.firstFiring[change.key.kind] = moment
      }
      if change.growth.slopeBytesPerDay != nil { summary.lastGrowth = change.growth }
      tell(.transition(change))
    }
    guard case .evaluate = event else { return }
    if let verdict = engine.verdict(on: service) { tell(.verdict(verdict, moment)) }
    if let memory = engine.overview().first?.memoryBytes { summary.memory.append(memory) }
  }
}
