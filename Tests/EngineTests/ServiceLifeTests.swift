import Testing
import TimeSeries

@testable import Engine

/// When a service began a new life, told by one source or by several.
struct ServiceLifeTests {
  private var state = ServiceState(description: ServiceDescription(name: ServiceName("api")))
  private var budget = SeriesBudget(limit: 100)
  private let exporter = ScrapeSource.exporter("http://127.0.0.1:1/metrics")

  private mutating func scrape(_ source: ScrapeSource, _ life: String, minute: Int64) {
    let now = Timestamp(milliseconds: 1_763_942_400_000) + .minutes(minute)
    let result = ScrapeResult(
      service: ServiceName("api"), source: source, timestamp: now,
      incarnation: Incarnation(identity: life, startedAt: now),
      readings: [Reading(source == .cgroup ? .memoryAnon : .heapUsed, 1e8)])
    _ = state.ingest(result, settings: EngineSettings(host: "h"), budget: &budget)
  }

  @Test mutating func aRestartThatTwoSourcesTellIsOne() {
    for minute in 0..<10 as Range<Int64> {
      scrape(.cgroup, "inode 1", minute: minute)
      scrape(exporter, "start 1", minute: minute)
    }
    scrape(exporter, "start 2", minute: 10)
    scrape(.cgroup, "inode 2", minute: 11)
    #expect(state.lives.count == 2)
    scrape(exporter, "start 2", minute: 12)
    scrape(.cgroup, "inode 3", minute: 13)
    scrape(exporter, "start 3", minute: 13)
    #expect(state.lives.count == 3)
  }

  @Test mutating func aRestartInsideACgroupThatStaysIsALifeOfItsOwn() {
    scrape(.cgroup, "inode 1", minute: 0)
    scrape(exporter, "start 1", minute: 0)
    scrape(.cgroup, "inode 2", minute: 1)
    scrape(exporter, "start 2", minute: 1)
    scrape(.cgroup, "inode 2", minute: 2)
    scrape(exporter, "start 3", minute: 2)
    #expect(state.lives.count == 3)
  }

  @Test mutating func twoRestartsBetweenTwoScrapesAreOne() {
    scrape(.cgroup, "inode 1", minute: 0)
    scrape(.cgroup, "inode 3", minute: 1)
    #expect(state.lives.count == 2)
  }
}
