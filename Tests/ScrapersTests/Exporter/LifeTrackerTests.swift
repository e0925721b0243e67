import Testing
import TimeSeries

@testable import Scrapers

@Suite struct LifeTrackerTests {
  /// Start times as they come ("-" for none, "r" for a counter that fell) and the lives they tell.
  @Test(arguments: [
    ("100 100 100", "aaa"),
    ("100 101 102 101", "aaaa"),  // a clock that is being adjusted
    ("100 200 200", "abb"),
    ("100 - - 100", "aaaa"),  // a scrape that does not tell
    ("100 r 100", "aaa"),  // a fall without a new start is no restart
    ("- - r -", "aabb"),
    ("- 100 200", "abc"),
  ])
  func tellsLivesApart(scrapes: String, lives: String) throws {
    var tracker = LifeTracker()
    var names: [String: Character] = [:]
    var told = ""
    for scrape in scrapes.split(separator: " ") {
      let life = tracker.incarnation(startTime: Double(scrape), isReset: scrape == "r")
      let identity = try #require(life?.identity)
      let name = names[identity] ?? Character(UnicodeScalar(UInt8(97 + names.count)))
      names[identity] = name
      told.append(name)
    }
    #expect(told == lives)
  }

  @Test func knowsTheStart() {
    var tracker = LifeTracker()
    let life = tracker.incarnation(startTime: 1_763_900_000.25, isReset: false)
    #expect(life?.startedAt == Timestamp(milliseconds: 1_763_900_000_250))
    #expect(life?.identity == "start 1763900000250")
  }
}
