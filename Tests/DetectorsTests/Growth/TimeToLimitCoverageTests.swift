import Detectors
import TestSupport
import Testing
import TimeSeries

/// The interval of the time to the limit, nominally 90 %, holds the truth as often as it says: over
/// leaks of several speeds under noise of several memories, whenever the verdict claims one.
struct TimeToLimitCoverageTests {
  @Test func holdsTheTruthAsOftenAsItSays() {
    let judge = GrowthJudge()
    var claims = 0
    var held = 0
    for seed in 1...240 as ClosedRange<UInt64> {
      var dice = NoiseSource(seed: 7000 + seed)
      let perDay = dice.uniform(0.04...0.3)
      var noise = WanderingNoise(seed: seed, correlation: dice.uniform(0...0.85))
      let size = 500e6 * dice.uniform(0.004...0.012)
      let hours = 30 + Int(dice.uniform(0...60))
      let history = MadeUpHistory(hours: hours) { hour in
        500e6 * (1 + perDay * hour / 24) + size * noise.next()
      }
      let growth = judge.judge(history.evidence).growth
      guard let low = growth.secondsToLimitLow else { continue }
      claims += 1
      let level = 500e6 * (1 + perDay * Double(hours) / 24)
      let truth = (4e9 - level) / (500e6 * perDay / 86_400)
      if truth >= low, truth <= growth.secondsToLimitHigh ?? .infinity { held += 1 }
    }
    let share = Double(held) / Double(claims)
    #expect(claims > 150)
    #expect(share > 0.85 && share < 0.95)
  }
}
