import Alerting
import Detectors
import Testing
import TimeSeries

@testable import Engine

/// A restart of the daemon must not be seen in what is said of the services.
@Suite struct RestartTests {
  private static let start = Timestamp(milliseconds: 1_763_942_400_000)
  private static let settings = EngineSettings(
    host: "h", sampleInterval: .minutes(5),
    memoryGrowth: ConfiguredRule(
      rule: MemoryGrowthRule(verdictInterval: .minutes(15)),
      timing: AlertTiming(hold: .minutes(30), keepFiring: .hours(3)), severity: .ticket),
    growthRule: ConfiguredRule(
      rule: DerivativeRule(window: .hours(6), thresholdBytesPerDay: 0, dialect: .prometheus2),
      timing: AlertTiming(hold: .hours(1), keepFiring: .minutes(15)), severity: .ticket),
    gcPause: ConfiguredRule(
      rule: GCPauseRule(window: .hours(1), threshold: 0.05, dialect: .prometheus2),
      timing: AlertTiming(hold: .minutes(5), keepFiring: .minutes(10)), severity: .warning))

  /// What three services show at a step of five minutes: one leaks, one is a replica pair's half
  /// that leaks, one restarts daily; with teeth, collections and requests.
  private static func results(_ step: Int) -> [ScrapeResult] {
    let now = start + .minutes(Int64(5 * step))
    let hours = Double(step) / 12
    return ["api", "web@1", "web@2", "batch"].enumerated().map { index, name in
      let life = name == "batch" ? step / 288 : 0
      let wobble = Double((step &* 7919 &+ index &* 104_729) % 1009) * 4096
      let anon = 400e6 + (name == "batch" ? 0 : hours * 6e6) + wobble
      let began = start + .minutes(Int64(life * 1440 - 60))
      return ScrapeResult(
        service: ServiceName(name), source: .cgroup, timestamp: now,
        incarnation: Incarnation(identity: "inode \(life)", startedAt: began),
        readings: [
          Reading(.memoryCurrent, anon + 5e7), Reading(.memoryAnon, anon),
          Reading(.memoryFile, 5e7), Reading(.memoryLimit, 2e9),
          Reading(.requestsTotal, Double(step % 288 * 600)),
          Reading(.gcCountTotal, Double(step % 288)),
          Reading(.gcPauseSecondsTotal, hours * hours * 10, seriesKey: 1),
          Reading(.gcPauseSecondsTotal, hours, seriesKey: 2),
        ])
    }
  }

  /// Transitions and messages over so many steps, with a restart before each of `restarts`.
  private static func run(steps: Int, restarts: Set<Int> = []) throws -> (said: [String], Engine) {
    var engine = Engine(settings: settings)
    var said: [String] = []
    for step in 0..<steps {
      let now = start + .minutes(Int64(5 * step))
      if restarts.contains(step) { engine = try restarted(engine, at: now) }
      for result in results(step) { _ = engine.handle(.scraped(result), at: now) }
      for effect in engine.handle(.evaluate, at: now) {
        switch effect {
        case .transition(let change):
          said.append(
            "\(step) \(change.key.service) \(change.key.kind.rawValue) \(change.from) \(change.to) \(change.growth) \(change.reasons)"
          )
        case .notify(let alert): said.append("\(step) \(alert.summary) \(alert.episode)")
        default: said.append("\(step) \(effect)")
        }
      }
    }
    return (said, engine)
  }

  private static func restarted(_ engine: Engine, at now: Timestamp) throws -> Engine {
    var fresh = Engine(settings: settings)
    for name in engine.serviceNames {
      let record = try #require(engine.record(of: name))
      #expect(try fresh.restore(record, at: now).name == name)
    }
    for name in engine.groupNames {
      try fresh.restore(group: name, try #require(engine.record(ofGroup: name)), at: now)
    }
    #expect(fresh.seriesCount == engine.seriesCount)
    return fresh
  }

  @Test func restartsAreNotSeenInWhatIsSaid() throws {
    let steps = 12 * 60
    // Every verdict falls on the quarter hours of the run, so restarts do, too.
    let restarts = Set(stride(from: 3, to: steps, by: 39))
    let plain = try Self.run(steps: steps)
    let interrupted = try Self.run(steps: steps, restarts: restarts)
    #expect(plain.said.contains { $0.contains("memory_growth") && $0.contains("firing") })
    #expect(plain.said.contains { $0.contains("gc_pause") })
    #expect(interrupted.said == plain.said)
    let end = Self.start + .minutes(Int64(5 * steps))
    for (old, new) in zip(plain.1.services, interrupted.1.services) {
      #expect(Set(new.windows.signals) == Set(old.windows.signals))
      #expect(
        new.longHistory(at: end).floors[.memoryAnon]?.map(\.bitPattern)
          == old.longHistory(at: end).floors[.memoryAnon]?.map(\.bitPattern))
      #expect(Array(new.lives) == Array(old.lives))
    }
  }

  @Test func aLifeThatIsTakenInAgainIsNoNewOne() throws {
    // One restart, at step 288; the scrapes around it are in the record and are handed in again.
    let engine = try Self.run(steps: 300).1
    let name = ServiceName("batch")
    var fresh = Engine(settings: Self.settings)
    _ = try fresh.restore(try #require(engine.record(of: name)), at: Self.start + .minutes(1501))
    var effects: [Effect] = []
    for result in (280..<300).flatMap(Self.results) where result.service == name {
      effects += fresh.handle(.scraped(result), at: result.timestamp)
    }
    #expect(effects.isEmpty)
    #expect(fresh.incarnationChanges(of: name).count == 1)
    #expect(fresh.incarnationChanges(of: name) == engine.incarnationChanges(of: name))
  }

  @Test func whatCameAfterTheRecordIsTakenInAgainAndOnlyOnce() throws {
    var engine = try Self.run(steps: 100).1
    let record = try #require(engine.record(of: ServiceName("api")))
    let later = (90..<130).flatMap(Self.results).filter { $0.service.text == "api" }
    for result in later { _ = engine.handle(.scraped(result), at: result.timestamp) }
    var fresh = Engine(settings: Self.settings)
    _ = try fresh.restore(record, at: Self.start + .minutes(650))
    for result in later { _ = fresh.handle(.scraped(result), at: result.timestamp) }
    for history in [\ServiceState.windows.count, \.rates.count, \.lives.count] {
      #expect(
        fresh.service(ServiceName("api"))?[keyPath: history]
          == engine.service(ServiceName("api"))?[keyPath: history])
    }
    let now = Self.start + .minutes(650)
    for signal in [Signal.memoryAnon, .workingSet] {
      let values = [fresh, engine].map { engine in
        engine.service(ServiceName("api"))?.dayHistory(at: now).floors[signal]?.map(\.bitPattern)
      }
      #expect(values[0] != nil && values[0] == values[1])
    }
  }

  @Test func anAlertThatFiresOutlivesALongOutage() throws {
    let engine = try Self.run(steps: 12 * 60).1
    let later = Self.start + .hours(200)
    var fresh = try Self.restarted(engine, at: later)
    var result = Self.results(12 * 60)[0]
    result.timestamp = later
    _ = fresh.handle(.scraped(result), at: later)
    let effects = fresh.handle(.evaluate, at: later)
    #expect(
      !effects.contains {
        if case .transition(let change) = $0 {
          change.key.service.text == "api" && change.to == .resolved
        } else {
          false
        }
      })
  }

  @Test func windowsOfAnotherShapeAreLeftOut() throws {
    let engine = try Self.run(steps: 50).1
    var settings = Self.settings
    settings.windowShape = WindowShape(
      bucketWidth: .minutes(1), bucketCount: 60, floorWidth: .hours(1), floorCount: 24)
    var fresh = Engine(settings: settings)
    _ = try fresh.restore(try #require(engine.record(of: ServiceName("api"))), at: Self.start)
    #expect(fresh.service(ServiceName("api"))?.windows.isEmpty == true)
    #expect(fresh.service(ServiceName("api"))?.lives.count == 1)
  }

  @Test func aRecordThatIsCutOffOrFlippedNeverTrapsAndACutIsTold() throws {
    let engine = try Self.run(steps: 14).1
    let record = try #require(engine.record(of: ServiceName("api")))
    for length in record.indices {
      var fresh = Engine(settings: Self.settings)
      #expect(throws: StateFault.self) {
        try fresh.restore(Array(record[..<length]), at: Self.start)
      }
      #expect(fresh.serviceNames.isEmpty)
    }
    for index in record.indices {
      var flipped = record
      flipped[index] ^= UInt8(1) << UInt8(index % 8)
      var fresh = Engine(settings: Self.settings)
      guard (try? fresh.restore(flipped, at: Self.start)) != nil else { continue }
      _ = fresh.handle(.evaluate, at: Self.start + .hours(4))
    }
  }

  @Test func aRecordOfANewerFormatIsNamed() throws {
    let engine = try Self.run(steps: 2).1
    var record = try #require(engine.record(of: ServiceName("api")))
    record[0] = 200
    var fresh = Engine(settings: Self.settings)
    #expect(throws: StateFault.newer(format: 200)) { try fresh.restore(record, at: Self.start) }
  }
}
