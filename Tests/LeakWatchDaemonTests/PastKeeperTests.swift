import Engine
import Foundation
import LinuxSystem
import Storage
import TestSupport
import Testing
import TimeSeries

@testable import LeakWatchDaemon

/// When what is known comes to disk, and what happens where it cannot.
@Suite struct PastKeeperTests {
  private static let start = Timestamp(milliseconds: 1_795_341_600_000)
  private static let settings = EngineSettings(host: "h")

  /// A keeper over a state of its own, and an Engine that it keeps.
  private final class Rig {
    let folder: TemporaryFolder
    let state: StateDatabase
    var database: Database { state.database }
    let keeper: PastKeeper
    var engine = Engine(settings: settings)
    var told: [String?] = []

    init() throws {
      folder = try TemporaryFolder()
      state = try StateDatabase(directory: folder.url.path, now: start)
      var tell: (String?) -> Void = { _ in }
      keeper = PastKeeper(PastStore(state)) { tell($0) }
      tell = { [unowned self] in told.append($0) }
    }

    /// A minute of `count` services, then what is due is written.
    func live(minute: Int64, services count: Int) {
      let now = start + .minutes(minute)
      for index in 0..<count {
        let result = ScrapeResult(
          service: ServiceName("service \(index)"), source: .cgroup, timestamp: now,
          incarnation: Incarnation(identity: "1", startedAt: start),
          readings: [Reading(.memoryAnon, 1e8 + Double(minute))])
        _ = engine.handle(.scraped(result), at: now)
        keeper.note(result)
      }
      keeper.keep(engine, at: now)
    }

    func count(_ table: String) throws -> Int64 {
      try #require(try database.query("SELECT count(*) FROM \(table)").first?.first?.integer)
    }

    /// What a daemon that starts now would know.
    func restored() throws -> Engine {
      var engine = Engine(settings: settings)
      let keeper = PastKeeper(
        PastStore(try StateDatabase(directory: folder.url.path, now: start))
      ) { _ in }
      #expect(try keeper.restore(&engine, at: start).faults.isEmpty)
      return engine
    }
  }

  @Test func atMostAMinuteIsMissingAtAnyTime() throws {
    let rig = try Rig()
    for minute in 0..<40 as Range<Int64> {
      rig.live(minute: minute, services: 5)
      let known = try rig.restored()
      for name in rig.engine.serviceNames {
        let now = Self.start + .minutes(minute)
        let floors = [known, rig.engine].map { $0.report(on: name, at: now)?.overview.memoryBytes }
        #expect(floors[0] != nil && floors[0] == floors[1], "\(name), minute \(minute)")
      }
    }
    #expect(rig.told.isEmpty)
  }

  @Test func aNewFileHasAllThatIsKnown() throws {
    let rig = try Rig()
    for minute in 0..<3 as Range<Int64> { rig.live(minute: minute, services: 5) }
    let now = Self.start + .minutes(3)
    #expect(try rig.state.renew(at: now) { try rig.keeper.writeAnew(rig.engine, at: now) } == nil)
    rig.keeper.noteWrittenAnew(rig.engine, at: now)
    #expect(try rig.count("past") == 5)
    #expect(try rig.count("scrape") == 0)
    let restored = try rig.restored()
    #expect(restored.serviceNames == rig.engine.serviceNames)
    for name in rig.engine.serviceNames {
      #expect(
        restored.report(on: name, at: now)?.overview.memoryBytes
          == rig.engine.report(on: name, at: now)?.overview.memoryBytes)
    }
  }

  @Test func recordsAreSpreadOverTheQuarterHourAndScrapesDoNotPileUp() throws {
    let rig = try Rig()
    var most = 0
    var before: Int64 = 0
    for minute in 0..<30 as Range<Int64> {
      rig.live(minute: minute, services: 60)
      let records = try rig.count("past")
      most = max(most, Int(records - before))
      before = records
      #expect(try rig.count("scrape") <= 17)
    }
    #expect(before == 60)
    #expect(most < 20)
  }

  @Test func whatCannotBeWrittenIsToldOnceAndIsWrittenWhenItCan() throws {
    let rig = try Rig()
    rig.live(minute: 0, services: 3)
    try rig.database.execute("ALTER TABLE scrape RENAME TO away")
    for minute in 1..<5 as Range<Int64> { rig.live(minute: minute, services: 3) }
    #expect(rig.told.count == 1)
    #expect(rig.told.first??.contains("scrape") == true)
    try rig.database.execute("ALTER TABLE away RENAME TO scrape")
    rig.live(minute: 5, services: 3)
    #expect(rig.told.count == 2 && rig.told.last == .some(nil))
    #expect(try rig.count("past") == 3)
  }

  @Test func whatTheEngineForgetsIsForgottenOnDisk() throws {
    let rig = try Rig()
    for minute in 0..<20 as Range<Int64> { rig.live(minute: minute, services: 2) }
    #expect(try rig.count("past") == 2)
    _ = rig.engine.handle(.ended(ServiceName("service 1")), at: Self.start + .minutes(20))
    _ = rig.engine.handle(.evaluate, at: Self.start + .hours(30))
    rig.live(minute: 1801, services: 1)
    #expect(try rig.count("past") == 1)
  }
}
