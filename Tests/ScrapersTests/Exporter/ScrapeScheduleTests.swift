import Testing
import TimeSeries

@testable import Scrapers

@Suite struct ScrapeScheduleTests {
  private func schedule(_ milliseconds: Int64, _ name: String) -> ScrapeSchedule {
    ScrapeSchedule(interval: TimeSpan(milliseconds: milliseconds), identity: name)
  }

  @Test(arguments: [Int64(1), 7, 100, 999, 1000, 15_000, 60_000, 3_600_000])
  func comesOnceInEachInterval(interval: Int64) {
    for name in ["a", "b", "api\nhttp://127.0.0.1:8080/metrics"] {
      let schedule = schedule(interval, name)
      #expect(schedule.offset >= .zero && schedule.offset < schedule.interval)
      var now = TimeSpan(milliseconds: -3 * interval)
      var due = schedule.next(after: now)
      for _ in 0..<20 {
        #expect(due > now && due - now <= schedule.interval)
        #expect(schedule.next(after: due) - due == schedule.interval)
        now = TimeSpan(milliseconds: now.milliseconds + max(1, interval / 3))
        due = schedule.next(after: now)
      }
    }
  }

  @Test func whatWasMissedIsNotMadeUpFor() {
    let schedule = schedule(1000, "a")
    let due = schedule.next(after: .seconds(10))
    #expect(schedule.next(after: due + .seconds(100.25)) == due + .seconds(101))
  }

  @Test func dependsOnTheTargetAlone() {
    #expect(schedule(60_000, "a") == schedule(60_000, "a"))
    #expect(schedule(60_000, "a").offset != schedule(60_000, "b").offset)
  }

  @Test func targetsSpreadOverTheIntervalInSharedSlots() {
    let offsets = (0..<1000).map {
      schedule(15_000, "service\($0)\nhttp://127.0.0.1:\(9000 + $0)/metrics").offset.milliseconds
    }
    #expect(offsets.allSatisfy { $0 % 100 == 0 })
    // 150 slots: a fair spread leaves hardly any empty and none with five times its share.
    let bySlot = Dictionary(grouping: offsets) { $0 }.mapValues(\.count)
    #expect(bySlot.count > 140)
    #expect((bySlot.values.max() ?? 0) < 35)
  }
}
