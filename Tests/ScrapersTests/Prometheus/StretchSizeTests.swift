import Testing
import TimeSeries

@testable import Scrapers

@Suite struct StretchSizeTests {
  @Test func growsToWhatTheBudgetAllows() {
    var size = StretchSize()
    #expect(size.points == 10)
    size.learn(series: 10, points: 10)
    #expect(size.points == 40)
    for _ in 0..<5 { size.learn(series: 10, points: size.points) }
    #expect(size.points == 10_000)
    size.learn(series: 1000, points: 10_000)
    #expect(size.points == 250)
    size.learn(series: 1_000_000, points: 250)
    #expect(size.points == size.leastPoints)
    // Nothing there yet: no reason to creep.
    size.learn(series: 0, points: 8)
    #expect(size.points == 32)
  }

  @Test func aRefusalIsRememberedAndForgivenSlowly() {
    var size = StretchSize()
    for _ in 0..<6 { size.learn(series: 1, points: size.points) }
    #expect(size.points == 10_000)
    size.learnTooMuch(points: 10_000)
    #expect(size.points == 5000)
    size.learnTooMuch(points: 5000)
    #expect(size.points == 2500)
    size.learn(series: 1, points: 2500)
    #expect(size.points == 2500 + 2500 / 16)
    for _ in 0..<12 { size.learn(series: 1, points: size.points) }
    #expect(size.points == 10_000)
  }

  @Test func neverBelowTheLeast() {
    var size = StretchSize()
    for _ in 0..<30 { size.learnTooMuch(points: size.points) }
    #expect(size.points == size.leastPoints)
    #expect(!size.isDivisible(points: size.points))
    #expect(size.isDivisible(points: size.points + 1))
  }

  /// Attempts so far, what the server asks for, and the wait in seconds; nil for no further attempt.
  @Test(
    arguments: [
      (1, nil, 0.5), (2, nil, 1), (3, nil, 2), (4, nil, 4), (5, nil, nil), (1, 0, 0.5), (1, 7, 7),
      (3, 1, 2), (1, 120, 120), (1, 121, nil), (5, 1, nil),
    ] as [(Int, Double?, Double?)])
  func waitsLongerEachTime(made: Int, asked: Double?, wait: Double?) {
    let delay = RetryBackoff().delay(afterAttempts: made, asked: asked.map(TimeSpan.seconds))
    #expect(delay == wait.map(TimeSpan.seconds))
  }
}
