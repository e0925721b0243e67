import Alerting
import Detectors
import TestSupport
import TimeSeries

@testable import Engine

/// One service or several replicas on their own clock, with a leak, deploys and restarts, before an
/// Engine that is evaluated each hour; and what comes of it.
struct FixWorld {
  /// What one process takes and serves at a moment.
  struct Process {
    /// Since it began.
    var age: Double
    /// Since midnight.
    var hourOfDay: Double
    /// Requests that it has served.
    var served = 0.0
    /// MiB.
    var anon = 0.0
    /// Requests a second; nil where it counts none.
    var rate: Double?
  }

  struct Entry: Equatable {
    var hours: Double
    var text: String
  }

  private struct Replica {
    var name: ServiceName
    var build: String?
    var life = 1
    var startedAt = 0.0
    var served = 0.0
    var noise: NoiseSource
    var wobble = Wobble(4, hours: 1)
  }

  private(set) var engine: Engine
  private(set) var hours = 0.0
  /// Steps of fixes, and the ends of alerts.
  private(set) var log: [Entry] = []
  /// What people are told of growth.
  private(set) var told: [Alert] = []
  /// Applies to every process.
  var process: (inout Process) -> Void = { _ in }
  private var replicas: [Replica]
  private let settings: EngineSettings

  static let midnight = Timestamp(milliseconds: 1_763_942_400_000)
  private static let step = ServiceTrace.stepHours

  init(
    _ names: [String] = ["api"], build: String? = "1.4.1", seed: UInt64 = 1,
    fix: FixRule = FixRule(), process: @escaping (inout Process) -> Void
  ) {
    settings = EngineSettings(
      host: "web-1", sampleInterval: .minutes(5),
      memoryGrowth: ConfiguredRule(
        rule: MemoryGrowthRule(verdictInterval: .hours(1), fix: fix),
        timing: AlertTiming(hold: .minutes(30), keepFiring: .hours(3)), severity: .ticket))
    engine = Engine(settings: settings)
    replicas = names.enumerated().map { index, name in
      Replica(
        name: ServiceName(name), build: build, noise: NoiseSource(seed: seed &+ UInt64(index)))
    }
    self.process = process
  }

  static func clock(_ hours: Double) -> Timestamp { midnight + .seconds((hours * 3600).rounded()) }

  var now: Timestamp { Self.clock(hours) }

  /// What is said of the fix of the first service.
  var report: FixReport? { engine.fix(of: replicas[0].name) }
  var isFiring: Bool { engine.firingAlerts().contains { $0.kind == .memoryGrowth } }

  /// Lives on until an hour since the beginning.
  mutating func run(to end: Double) {
    while hours < end - Self.step / 2 {
      hours += Self.step
      for index in replicas.indices { sample(index) }
      let whole = hours.rounded()
      if abs(hours - whole) < Self.step / 2 {
        hours = whole
        take(.evaluate)
      }
    }
  }

  /// Lives on until the alert fires.
  mutating func runToAlert(within days: Double = 6) {
    while !isFiring, hours < days * 24 { run(to: hours + 1) }
  }

  /// - Parameter index: of the replica; nil for all.
  mutating func restart(_ index: Int? = nil, build: String?) {
    for index in index.map({ [$0] }) ?? Array(replicas.indices) {
      replicas[index].build = build
      replicas[index].life += 1
      replicas[index].startedAt = hours
      replicas[index].served = 0
    }
  }

  /// Another takes the place of a replica, as of a pod.
  mutating func replace(_ index: Int, by name: String, build: String?) {
    take(.ended(replicas[index].name))
    replicas[index].name = ServiceName(name)
    restart(index, build: build)
  }

  mutating func claim(_ name: String = "api", by author: String, why: String) {
    take(.fixClaimed(ServiceName(name), FixClaim(author: author, why: why)))
  }

  /// Ends LeakWatch and starts it again on what it wrote.
  mutating func restartLeakWatch() throws {
    let records = engine.serviceNames.compactMap { engine.record(of: $0) }
    let groups = engine.groupNames.map { ($0, engine.record(ofGroup: $0) ?? []) }
    engine = Engine(settings: settings)
    for record in records { _ = try engine.restore(record, at: now) }
    for (name, record) in groups { try engine.restore(group: name, record, at: now) }
  }

  private mutating func sample(_ index: Int) {
    var replica = replicas[index]
    var process = Process(
      age: hours - replica.startedAt, hourOfDay: hours.truncatingRemainder(dividingBy: 24),
      served: replica.served)
    self.process(&process)
    replica.served += (process.rate ?? 0) * Self.step * 3600
    let anon = process.anon + replica.wobble.next(&replica.noise)
    replicas[index] = replica
    let life = Incarnation(identity: "\(replica.life)", startedAt: Self.clock(replica.startedAt))
    let build = replica.build.map {
      BuildMarks(information: .init(digest: FNV1a.hash($0), isTelling: true, version: $0))
    }
    var readings = [
      Reading(.memoryAnon, (anon * 1_048_576).rounded()),
      Reading(.memoryLimit, 8192 * 1_048_576),
    ]
    if process.rate != nil { readings.append(Reading(.requestsTotal, replica.served)) }
    take(
      .scraped(
        ScrapeResult(
          service: replica.name, source: .exporter("http://\(replica.name)/"), timestamp: now,
          incarnation: life, build: build, readings: readings)))
  }

  private mutating func take(_ event: Event) {
    for effect in engine.handle(event, at: now) {
      switch effect {
      case .fixStep(let service, let step):
        log.append(Entry(hours: hours, text: "\(service) \(step.what.text)"))
      case .notify(let alert) where alert.key.kind == .memoryGrowth:
        told.append(alert)
        if alert.status == .resolved { log.append(Entry(hours: hours, text: "resolved")) }
      default: break
      }
    }
  }
}

extension FixStep.What {
  fileprivate var text: String {
    switch self {
    case .watched: "watched"
    case .judged(let verdict): verdict.rawValue
    case .plainRestart: "plain restart"
    }
  }
}
