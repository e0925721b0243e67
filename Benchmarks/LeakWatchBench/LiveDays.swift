internal import Alerting
internal import ArgumentParser
internal import Delivery
internal import Detectors
internal import Engine
internal import LinuxSystem
internal import Storage
internal import TimeSeries

/// Lives through days in simulated time: scrapes, evaluations, alerts to a sink that takes all, the
/// outbox and the past on a real disk. Its own memory is one of the services.
struct LiveDays: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Live through days of many services in simulated time, and judge its own memory.")

  @Option(help: "How many.")
  var services = 1000

  @Option(help: "How many.")
  var days = 7

  @Argument(help: "An empty folder for the state.")
  var state: String

  func run() throws {
    let life = try SimulatedLife(services: services, state: state)
    for minute in 1...(days * 1440) {
      try life.minute()
      if minute % 360 == 0 { life.report(hours: minute / 60) }
    }
  }
}

/// The parts of the daemon, joined as it joins them, on a clock of their own.
final class SimulatedLife {
  private static let own = ServiceName("leakwatch itself")
  /// The record of each service is written once in so many minutes.
  private static let recordMinutes = 15

  private var engine: Engine
  private let past: PastStore
  private let names: [ServiceName]
  private var memory: [SyntheticSeries]
  private var random = SplitMix(state: 11)
  private var now = Timestamp(seconds: 1_760_000_000)
  private var minutes = 0
  private var toldCount = 0
  private var alarms: [Int: (due: Timestamp, action: () -> Void)] = [:]
  private var lastAlarm = 0
  private var courier: Courier?

  init(services: Int, state: String) throws {
    let database = try StateDatabase(directory: state, now: now)
    past = PastStore(database)
    names = (0..<services).map { ServiceName("service \($0) of many") }
    memory = (0..<services).map { SyntheticSeries(memoryOf: $0) }
    engine = Engine(settings: Self.settings)
    courier = Courier(
      transport: self, outbox: Outbox(database),
      surroundings: CourierSurroundings(
        now: { [unowned self] in now }, random: { 0.5 },
        setAlarm: { [unowned self] span, action in setAlarm(span, action) }),
      onEvent: { _ in })
    courier?.start(sinks: [WebhookSink(name: "hook", url: .literal("http://127.0.0.1/"))])
  }

  var ownVerdict: GrowthVerdict? { engine.verdict(on: Self.own) }

  func minute() throws {
    minutes += 1
    now = now + .minutes(1)
    ringAlarms()
    let scrapes = names.indices.map(scrape) + [ownScrape()]
    for result in scrapes { _ = engine.handle(.scraped(result), at: now) }
    var alerts: [Alert] = []
    for case .notify(let alert) in engine.handle(.evaluate, at: now) { alerts.append(alert) }
    courier?.notify(alerts)
    courier?.confirm(firing: engine.firingAlerts())
    let due = engine.serviceNames.enumerated().filter {
      $0.offset % Self.recordMinutes == minutes % Self.recordMinutes
    }
    let records = due.compactMap { place in
      engine.record(of: place.element).map { PastStore.Record(.service, place.element, $0) }
    }
    try past.keep(
      records, scrapes: scrapes, dropScrapesBefore: now - .minutes(Int64(Self.recordMinutes)),
      at: now)
  }

  func report(hours: Int) {
    let figures = ProcessFigures.read()
    Line.write([
      ("hours", .integer(Int64(hours))), ("anonymous_bytes", .optional(figures.anonymousBytes)),
      ("resident_bytes", .optional(figures.residentBytes)),
      ("descriptors", .optional(figures.openDescriptors.map(Double.init))),
      ("firing", .integer(Int64(engine.firingAlerts().count))),
      ("told", .integer(Int64(toldCount))),
      ("own_verdict", .string(ownVerdict?.verdict.rawValue ?? "none")),
    ])
  }

  private func scrape(_ index: Int) -> ScrapeResult {
    let anon = memory[index].next(after: 60)
    return ScrapeResult(
      service: names[index], source: .cgroup, timestamp: now,
      incarnation: Incarnation(identity: "inode", startedAt: nil),
      readings: [
        Reading(.memoryAnon, anon), Reading(.memoryShmem, 4_194_304),
        Reading(.kernelUnreclaimable, 6_291_456 + 65_536 * random.noise().rounded()),
        Reading(.memoryCurrent, anon + 60_000_000), Reading(.memoryLimit, 8e9),
      ])
  }

  private func ownScrape() -> ScrapeResult {
    let anon = ProcessFigures.read().anonymousBytes ?? 0
    return ScrapeResult(
      service: Self.own, source: .cgroup, timestamp: now,
      incarnation: Incarnation(identity: "inode", startedAt: nil),
      readings: [Reading(.memoryAnon, anon), Reading(.memoryCurrent, anon)])
  }

  private func ringAlarms() {
    while let (id, alarm) = alarms.min(by: { $0.value.due < $1.value.due }), alarm.due <= now {
      alarms[id] = nil
      alarm.action()
    }
  }

  private func setAlarm(_ span: TimeSpan, _ action: @escaping () -> Void) -> () -> Void {
    lastAlarm += 1
    let id = lastAlarm
    alarms[id] = (now + span, action)
    return { [weak self] in self?.alarms[id] = nil }
  }

  private static let settings = EngineSettings(
    host: "bench",
    memoryGrowth: ConfiguredRule(
      rule: MemoryGrowthRule(),
      timing: AlertTiming(hold: .minutes(30), keepFiring: .hours(3)), severity: .ticket),
    oomImminent: ConfiguredRule(
      rule: OOMImminentRule(horizon: .hours(1)),
      timing: AlertTiming(hold: .minutes(2), keepFiring: .minutes(10)), severity: .page))
}

extension SimulatedLife: NotificationTransport {
  func post(_: OutgoingRequest, completion: @escaping (DeliveryOutcome) -> Void) {
    toldCount += 1
    completion(.answered(status: 204))
  }
}
