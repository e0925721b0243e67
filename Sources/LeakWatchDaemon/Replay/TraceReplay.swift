internal import Alerting
internal import Detectors
internal import Engine
internal import Formats
internal import TimeSeries

/// One service's recorded past run through the Engine on the recording's own clock.
struct TraceReplay: Sendable {
  /// What became of the trace as a whole.
  struct Summary: Sendable {
    var service: ServiceName
    var samples = 0
    /// First moment that each alert fired.
    var firstFiring: [AlertKind: Timestamp] = [:]
    var lastGrowth: GrowthFigures?
    /// Of the first row.
    var start: Timestamp?
    /// Of the last row.
    var end: Timestamp?
    /// Memory in use, a value for each evaluation, for a picture.
    var memory: [Double] = []
    /// The verdict that stands at the end.
    var verdict: GrowthVerdict?
  }

  /// What happens on the way.
  enum Happening {
    case transition(AlertTransition)
    /// People would have been told.
    case told(Alert)
    /// A new life began, or the kernel killed a process.
    case ended(Ending, Timestamp)
    /// Memory in use at an evaluation, and where it ends, as far as that is known.
    case memory(Double, limit: Double?, Timestamp)
    /// The verdict of one evaluation.
    case verdict(GrowthVerdict, Timestamp)
  }

  enum Ending: Hashable, Sendable {
    case restart, oomKill
  }

  private var engine: Engine
  private let service: ServiceName
  private let interval: TimeSpan
  private var killsSeen: Double?
  private var nextEvaluation: Timestamp?
  private var life: Incarnation?
  private(set) var summary: Summary
  /// Whether the summary keeps a value of memory for each evaluation: a year of them is megabytes.
  private let keepsMemory: Bool

  init(
    service: ServiceName, settings: EngineSettings, evaluatingEvery interval: TimeSpan,
    keepsMemory: Bool = true
  ) {
    engine = Engine(settings: settings)
    self.keepsMemory = keepsMemory
    self.service = service
    self.interval = interval
    summary = Summary(service: service)
  }

  /// Runs all rows and ends. Calls `tell` for what happens as it happens.
  mutating func run(_ rows: [TraceRow], tell: (Happening) -> Void) {
    for row in rows {
      take(row.readings, incarnation: incarnation(of: row), at: row.timestamp, tell: tell)
    }
    finish(tell: tell)
  }

  /// Takes the next row, and before it evaluates after every interval that has passed.
  mutating func take(
    _ readings: [Reading], incarnation: Incarnation?, at moment: Timestamp,
    tell: (Happening) -> Void
  ) {
    var due = nextEvaluation ?? moment + interval
    while due < moment {
      handle(.evaluate, at: due, tell: tell)
      due = due + interval
    }
    nextEvaluation = due
    if summary.start == nil { summary.start = moment }
    summary.end = moment
    ingest(readings, incarnation, at: moment, tell: tell)
  }

  /// Evaluates once more at the last row. No row may follow.
  mutating func finish(tell: (Happening) -> Void) {
    guard let end = summary.end else { return }
    handle(.evaluate, at: end, tell: tell)
    summary.verdict = engine.verdict(on: service)
  }

  /// The checklist as it stands at the end of the rows.
  func diagnosis(at moment: Timestamp) -> Diagnosis? { engine.diagnosis(of: service, at: moment) }

  private mutating func ingest(
    _ readings: [Reading], _ incarnation: Incarnation?, at moment: Timestamp,
    tell: (Happening) -> Void
  ) {
    let result = ScrapeResult(
      service: service, source: .trace, timestamp: moment, incarnation: incarnation,
      readings: readings)
    summary.samples += 1
    if let incarnation {
      if let life, life.identity != incarnation.identity { tell(.ended(.restart, moment)) }
      life = incarnation
    }
    handle(.scraped(result), at: moment, tell: tell)
    guard let kills = readings.first(where: { $0.signal == .oomKillsTotal })?.value else { return }
    if let killsSeen, kills > killsSeen {
      let kill = OOMKill(count: Int(kills - killsSeen), evidence: "oom_kills_total of the trace")
      tell(.ended(.oomKill, moment))
      handle(.oomKilled(service, kill), at: moment, tell: tell)
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
    for effect in engine.handle(event, at: moment) {
      switch effect {
      case .transition(let change):
        note(change, at: moment)
        tell(.transition(change))
      case .notify(let alert): tell(.told(alert))
      case .reworded, .restarted, .buildJudged, .fixStep, .targetDown, .targetUp, .leftOut: break
      }
    }
    guard case .evaluate = event else { return }
    if let verdict = engine.verdict(on: service) { tell(.verdict(verdict, moment)) }
    let (memory, limit) = engine.memory(of: service)
    guard let memory else { return }
    if keepsMemory { summary.memory.append(memory) }
    tell(.memory(memory, limit: limit, moment))
  }

  private mutating func note(_ change: AlertTransition, at moment: Timestamp) {
    if change.to == .firing, summary.firstFiring[change.key.kind] == nil {
      summary.firstFiring[change.key.kind] = moment
    }
    if change.growth.slopeBytesPerDay != nil { summary.lastGrowth = change.growth }
  }
}
