import Detectors
import TestSupport
import Testing
import TimeSeries

import func Glibc.exp

/// What must hold for every service, whatever its size, its hour or its noise.
struct VerdictPropertyTests {
  private let judge = GrowthJudge()

  private func leak(seed: UInt64, perDay: Double = 0.08, hours: Int = 96) -> MadeUpHistory {
    var noise = WanderingNoise(seed: seed, correlation: 0.6)
    return MadeUpHistory(hours: hours) { hour in
      500e6 * (1 + perDay * hour / 24) + 3e6 * noise.next()
    }
  }

  @Test(arguments: 1...5) func sizeDoesNotMatter(seed: UInt64) throws {
    let small = leak(seed: seed)
    var large = small
    large.bytes = small.bytes.map { $0 * 7 }
    large.limitBytes = small.limitBytes.map { $0 * 7 }
    let (one, seven) = (judge.judge(small.evidence), judge.judge(large.evidence))
    #expect(one.verdict == .leak)
    #expect(seven.verdict == .leak)
    let slopes = try (
      #require(one.growth.slopeBytesPerDay), #require(seven.growth.slopeBytesPerDay)
    )
    #expect(abs(slopes.1 / slopes.0 - 7) < 1e-6)
  }

  /// A process of 4 MiB that gathers 1.2 % a day would be a leak of a large service.
  @Test(arguments: 1...5) func whatATinyProcessGathersMattersToNobody(seed: UInt64) {
    var tiny = leak(seed: seed, perDay: 0.012)
    #expect(judge.judge(tiny.evidence).verdict == .leak)
    tiny.bytes = tiny.bytes.map { $0 / 120 }
    #expect(judge.judge(tiny.evidence).verdict == .steady)
    var thresholds = GrowthThresholds()
    thresholds.leastMemoryBytes = 0
    #expect(GrowthJudge(thresholds: thresholds).judge(tiny.evidence).verdict == .leak)
    // One that doubles in a day is told at that size, too.
    var fast = leak(seed: seed, perDay: 1)
    fast.bytes = fast.bytes.map { $0 / 120 }
    #expect(judge.judge(fast.evidence).verdict == .leak)
  }

  @Test(arguments: 1...5) func theDateDoesNotMatter(seed: UInt64) {
    let now = leak(seed: seed)
    var later = now
    later.shiftSeconds = 41 * 86_400
    let (one, two) = (judge.judge(now.evidence), judge.judge(later.evidence))
    #expect(one.verdict == two.verdict)
    #expect(one.growth == two.growth)
  }

  @Test func noiseThatWandersIsSteady() {
    var claims = 0
    for seed in 1...200 as ClosedRange<UInt64> {
      var noise = WanderingNoise(seed: seed, correlation: seed.isMultiple(of: 2) ? 0.5 : 0.95)
      let history = MadeUpHistory(hours: 96) { _ in 500e6 + 8e6 * noise.next() }
      if judge.judge(history.evidence).verdict.isAlerting { claims += 1 }
    }
    #expect(claims <= 4)
  }

  /// No warm-up doubles what a process holds within half a day of its second half: it would have to
  /// have begun with less than nothing.
  @Test(arguments: 1...10) func fastGrowthOfAYoungLifeIsALeak(seed: UInt64) {
    var noise = WanderingNoise(seed: seed, correlation: 0.6)
    var history = MadeUpHistory(hours: 6) { 100e6 * (1 + 1.5 * $0 / 24) + 0.3e6 * noise.next() }
    history.firstAgeHours = 12
    history.limitBytes = 40e9
    var load = WanderingNoise(seed: 100 + seed, correlation: 0.6)
    history.requestsPerSecond = history.bytes.map { _ in 100 + 4 * load.next() }
    #expect(judge.judge(history.evidence).verdict == .leak)
  }

  /// From a footprint of two fifths, by any pace, seen from any age on for as long as it is young.
  @Test func warmUpsOfAYoungLifeAreNone() {
    var claims: [String] = []
    for seed in 1...240 as ClosedRange<UInt64> {
      var noise = WanderingNoise(seed: seed, correlation: 0.6)
      let pace = 1 + Double(seed % 12)
      let age = Double(seed % 5) * 3
      var history = MadeUpHistory(hours: 6 + Int(seed % 3) * 5) { hour in
        500e6 * (1 - 0.6 * exp(-(age + hour) / pace)) + 2e6 * noise.next()
      }
      history.firstAgeHours = age
      guard judge.judge(history.evidence).verdict.isAlerting else { continue }
      claims.append("\(pace) h from \(age) h")
    }
    #expect(claims.count <= 3, "\(claims)")
  }

  /// Order is all that growth is: the same values shuffled are none.
  @Test func shuffledGrowthIsSteady() {
    var claims = 0
    for seed in 1...200 as ClosedRange<UInt64> {
      var history = leak(seed: seed)
      var dice = NoiseSource(seed: 3000 + seed)
      history.bytes = dice.permutation(history.bytes)
      if judge.judge(history.evidence).verdict.isAlerting { claims += 1 }
    }
    #expect(claims <= 4)
  }

  /// Memory that does not follow load does not care how much of it there is.
  @Test(arguments: 1...5) func constantLoadMoreChangesNothing(seed: UInt64) throws {
    var history = leak(seed: seed)
    var noise = WanderingNoise(seed: 2000 + seed, correlation: 0.8)
    history.requestsPerSecond = history.bytes.map { _ in 50 + 5 * noise.next() }
    let base = judge.judge(history.evidence)
    history.requestsPerSecond = history.requestsPerSecond?.map { $0 + 40 }
    let more = judge.judge(history.evidence)
    #expect(base.verdict == .leak)
    #expect(more.verdict == base.verdict)
    let slopes = try (
      #require(base.growth.slopeBytesPerDay), #require(more.growth.slopeBytesPerDay)
    )
    #expect(abs(slopes.1 / slopes.0 - 1) < 0.05)
  }

  @Test(arguments: 1...10) func timeReversedIsNoGrowth(seed: UInt64) {
    var history = leak(seed: seed)
    #expect(judge.judge(history.evidence).verdict == .leak)
    history.bytes.reverse()
    #expect(!judge.judge(history.evidence).verdict.isAlerting)
  }

  @Test(arguments: 1...10) func aTenthMissingChangesNothing(seed: UInt64) {
    var history = leak(seed: seed)
    var dice = NoiseSource(seed: 1000 + seed)
    for index in history.bytes.indices.dropLast() where dice.uniform(0...1) < 0.1 {
      history.bytes[index] = .nan
    }
    #expect(judge.judge(history.evidence).verdict == .leak)
  }

  @Test func nothingIsSaidOfAnHour() {
    let verdict = judge.judge(leak(seed: 1, hours: 1).evidence)
    #expect(verdict.verdict == .insufficientData)
    #expect(verdict.growth.slopeBytesPerDay == nil)
  }
}
