import LinuxSystem
import Storage
import Testing
import TimeSeries

@Suite struct PastStoreTests {
  private static let now = Timestamp(milliseconds: 1_795_341_600_000)

  private static func scrape(_ minute: Int64) -> ScrapeResult {
    ScrapeResult(
      service: ServiceName("api"), source: .exporter("http://127.0.0.1:1/metrics"),
      timestamp: now + .minutes(minute),
      incarnation: Incarnation(identity: "a", startedAt: now),
      readings: [Reading(.memoryAnon, 1e9), Reading(.gcPauseSecondsTotal, 0.5, seriesKey: 7)])
  }

  private static func open(_ directory: String) throws -> (PastStore, Database) {
    let state = try StateDatabase(directory: directory, now: now)
    return (PastStore(state), state.database)
  }

  @Test func whatWasKeptIsReadBack() throws {
    try withTemporaryDirectory { directory in
      let records = [
        PastStore.Record(.group, ServiceName("web"), [9]),
        PastStore.Record(.service, ServiceName("api"), [1, 2, 3]),
      ]
      try Self.open(directory).0.keep(
        records, scrapes: [Self.scrape(1)], dropScrapesBefore: nil, at: Self.now)
      try Self.open(directory).0.keep(
        [], scrapes: [Self.scrape(2)], dropScrapesBefore: nil, at: Self.now + .minutes(1))
      let past = try Self.open(directory).0.read()
      #expect(Set(past.records) == Set(records))
      #expect(past.faults.isEmpty)
      #expect(past.scrapes.map(\.timestamp) == [1, 2].map { Self.now + .minutes($0) })
      #expect(past.scrapes.first?.readings == Self.scrape(1).readings)
      #expect(past.scrapes.first?.source == Self.scrape(1).source)
      #expect(past.scrapes.first?.incarnation == Self.scrape(1).incarnation)
    }
  }

  @Test func theNewestRecordStandsAndOldScrapesAndForgottenServicesGo() throws {
    try withTemporaryDirectory { directory in
      let store = try Self.open(directory).0
      let api = ServiceName("api")
      try store.keep(
        [.init(.service, api, [1]), .init(.service, ServiceName("gone"), [2])],
        scrapes: [Self.scrape(1)], dropScrapesBefore: nil, at: Self.now)
      try store.keep(
        [.init(.service, api, [3])], scrapes: [Self.scrape(2)],
        gone: [(.service, ServiceName("gone"))], dropScrapesBefore: Self.now + .minutes(1),
        at: Self.now + .minutes(1))
      let past = try store.read()
      #expect(past.records == [.init(.service, api, [3])])
      #expect(past.scrapes.map(\.timestamp) == [Self.now + .minutes(2)])
    }
  }

  @Test func aDamagedRowIsNamedAndTheOthersStand() throws {
    try withTemporaryDirectory { directory in
      let (store, database) = try Self.open(directory)
      try store.keep(
        [.init(.service, ServiceName("api"), [1, 2]), .init(.service, ServiceName("web"), [3])],
        scrapes: [Self.scrape(1)], dropScrapesBefore: nil, at: Self.now)
      try database.execute("UPDATE past SET record = x'0103' WHERE name = 'api'")
      try database.execute("UPDATE scrape SET record = x'ff'")
      let past = try store.read()
      #expect(past.records == [.init(.service, ServiceName("web"), [3])])
      #expect(past.scrapes.isEmpty)
      #expect(past.faults.count == 2)
      #expect(past.faults.first?.contains("api") == true)
    }
  }

  @Test func aStateOfTheFirstVersionIsBroughtUpToDate() throws {
    try withTemporaryDirectory { directory in
      let (_, database) = try Self.open(directory)
      for table in ["past", "scrape", "alert", "told", "silence"] {
        try database.execute("DROP TABLE \(table)")
      }
      try database.setUserVersion(1)
      let store = try Self.open(directory).0
      try store.keep(
        [.init(.service, ServiceName("api"), [1])], scrapes: [], dropScrapesBefore: nil,
        at: Self.now)
      #expect(try store.read().records.count == 1)
    }
  }
}
