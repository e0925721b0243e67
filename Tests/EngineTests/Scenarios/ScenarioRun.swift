import Alerting
import Detectors
import TimeSeries

@testable import Engine

/// Runs made-up services through the Engine on their own clock, as the daemon would, and notes what
/// becomes of the growth alert.
struct ScenarioRun {
  struct Firing {
    var service: String
    var hours: Double
    var verdict: GrowthVerdict
  }

  private(set) var firings: [Firing] = []
  /// Evaluations whose verdict claims growth, whether or not the alert fired.
  private(set) var claims = 0
  private(set) var evaluations = 0
  /// Hours at which the OOM killer struck.
  private(set) var kills: [Double] = []
  private(set) var lastVerdict: GrowthVerdict?

  private static let midnight = Timestamp(milliseconds: 1_763_942_400_000)
  private static let mebibyte = 1_048_576.0

  private var engine: Engine
  private var players: [Player]
  private let startHour: Double

  /// One service between two samples.
  private struct Player {
    var trace: ServiceTrace
    var startedAt: Double
    var counters: [Signal: Double] = [:]
  }

  init(_ traces: [ServiceTrace], evaluatedEveryHours interval: Double = 1) {
    let rule = MemoryGrowthRule(verdictInterval: .seconds(interval * 3600))
    engine = Engine(
      settings: EngineSettings(
        host: "web-1", sampleInterval: .minutes(5),
        memoryGrowth: ConfiguredRule(
          rule: rule, timing: AlertTiming(hold: .minutes(30), keepFiring: .hours(3)),
          severity: .ticket)))
    players = traces.map { Player(trace: $0, startedAt: $0.appears - $0.firstAgeHours) }
    startHour = traces[0].startHour
    let steps = Int((traces[0].days * 24 / ServiceTrace.stepHours).rounded())
    let perEvaluation = Int((interval / ServiceTrace.stepHours).rounded())
    for step in 1...steps {
      let hours = Double(step) * ServiceTrace.stepHours
      for index in players.indices { sample(index, hours) }
      if step % perEvaluation == 0 { evaluate(hours) }
    }
  }

  private func clock(_ hours: Double) -> Timestamp {
    Self.midnight + .seconds(((startHour + hours) * 3600).rounded())
  }

  private mutating func sample(_ index: Int, _ hours: Double) {
    let player = players[index]
    guard hours >= player.trace.appears else { return }
    var moment = Moment(
      hours: hours, ageHours: hours - player.startedAt,
      hourOfDay: (startHour + hours).truncatingRemainder(dividingBy: 24),
      limit: player.trace.limit)
    player.trace.moment(&moment)
    for (signal, rate) in moment.rates {
      players[index].counters[signal, default: 0] += rate * ServiceTrace.stepHours * 3600
    }
    scrape(players[index], moment, at: clock(hours))
    guard let end = moment.end else { return }
    players[index].startedAt = hours
    players[index].counters = [:]
    if end == .oomKill {
      kills.append(hours)
      let kill = OOMKill(count: 1, evidence: "memory.events")
      take(.oomKilled(ServiceName(player.trace.name), kill), hours)
    }
  }

  private mutating func scrape(_ player: Player, _ moment: Moment, at now: Timestamp) {
    let service = ServiceName(player.trace.name)
    let life = Incarnation(
      identity: "\(player.startedAt)", startedAt: clock(player.startedAt))
    let limits = moment.limit.map { [Reading(.memoryLimit, $0 * Self.mebibyte)] } ?? []
    let kernel = moment.kernelAccount.map { Reading($0, ($1 * Self.mebibyte).rounded()) } + limits
    let runtime =
      moment.runtimeAccount.map { Reading($0, ($1 * Self.mebibyte).rounded()) }
      + player.counters.map { Reading($0, $1) }
    for (source, readings) in [(ScrapeSource.cgroup, kernel), (.exporter("http://api/"), runtime)]
    where !readings.isEmpty {
      let result =
        moment.isUp
        ? ScrapeResult(
          service: service, source: source, timestamp: now, incarnation: life, readings: readings)
        : ScrapeResult(service: service, source: source, timestamp: now, failure: "timed out")
      _ = engine.handle(.scraped(result), at: now)
    }
  }

  private mutating func evaluate(_ hours: Double) {
    take(.evaluate, hours)
    for player in players {
      guard let verdict = engine.verdict(on: ServiceName(player.trace.name)) else { continue }
      evaluations += 1
      lastVerdict = verdict
      if verdict.verdict.isAlerting { claims += 1 }
    }
  }

  private mutating func take(_ event: Event, _ hours: Double) {
    for case .transition(let change) in engine.handle(event, at: clock(hours))
    where change.key.kind == .memoryGrowth && change.to == .firing {
      // The alert of replicas carries their common name: one of them has the verdict.
      let names = [change.key.service] + players.map { ServiceName($0.trace.name) }
      let verdicts = names.compactMap(engine.verdict)
      guard let verdict = verdicts.first(where: \.verdict.isAlerting) ?? verdicts.first else {
        preconditionFailure("an alert without a verdict")
      }
      firings.append(Firing(service: change.key.service.text, hours: hours, verdict: verdict))
    }
  }
}
