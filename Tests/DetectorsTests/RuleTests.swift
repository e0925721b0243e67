import Testing
import TimeSeries

@testable import Detectors

@Suite struct RuleTests {
  private let start = Timestamp(milliseconds: 1_763_942_400_000)

  private func log(_ values: [Double], step: TimeSpan = .minutes(1)) -> SampleLog {
    var log = SampleLog()
    for (index, value) in values.enumerated() {
      let offset = TimeSpan(milliseconds: step.milliseconds * Int64(index))
      log.append(Sample(start + offset, value))
    }
    return log
  }

  @Test func growthAboveTheThresholdIsMetAndSaysWhenItEnds() throws {
    let rule = DerivativeRule(
      window: .hours(24), thresholdBytesPerDay: 1e6, dialect: .prometheus2)
    let rising = log((0..<61).map { 1e8 + Double($0) * 1000 })
    let finding = rule.evaluate(
      rising, metric: "working_set_bytes", limitBytes: 2e8, at: start + .hours(1))
    #expect(finding.condition == .met)
    #expect((try #require(finding.value) - 1000.0 / 60).magnitude < 1e-9)
    #expect((try #require(finding.growth.slopeBytesPerDay) - 1.44e6).magnitude < 1e-3)
    let left = try #require(finding.growth.secondsToLimit)
    let expected = (1e8 - 60_000.0) * 60 / 1000
    #expect((left - expected).magnitude < 1)
  }

  @Test func growthAtTheThresholdIsNotMet() {
    let rule = DerivativeRule(window: .hours(24), thresholdBytesPerDay: 0, dialect: .prometheus2)
    let flat = log([5, 5, 5])
    #expect(rule.evaluate(flat, metric: "m", limitBytes: nil, at: start).condition == .notMet)
  }

  @Test func oneSampleIsInsufficient() {
    let rule = DerivativeRule(window: .hours(24), thresholdBytesPerDay: 0, dialect: .prometheus2)
    #expect(
      rule.evaluate(log([5]), metric: "mem", limitBytes: nil, at: start).condition
        == .insufficientData("fewer than two samples of mem in the last 1 d"))
  }

  /// Two collectors at 3 % each: neither alone is over 5 %, together they are.
  @Test func pausesAreSummedOverTheirLabels() throws {
    let rule = GCPauseRule(window: .hours(1), threshold: 0.05, dialect: .prometheus2)
    let collector = log((0...60).map { 100 + Double($0) * 1.8 })
    let end = start + .hours(1)
    #expect(rule.evaluate([collector], at: end).condition == .notMet)
    let both = rule.evaluate([collector, collector], at: end)
    #expect(both.condition == .met)
    #expect((try #require(both.value) - 0.06).magnitude < 1e-12)
    #expect(both.reasons == ["GC pauses take 6.0 % of the time over 1 h, limit 5.0 %"])
  }

  @Test func aResetOfTheCounterIsNoFallInPauseTime() throws {
    let values = (0...30).map { 50 + Double($0) } + (1...30).map { Double($0) }
    let rate = CounterRate.perSecond(
      log(values), end: start + .hours(1), range: .hours(1), dialect: .prometheus2)
    #expect((try #require(rate) - 60.0 / 3600).magnitude < 1e-12)
  }

  @Test func noCounterIsInsufficient() {
    let rule = GCPauseRule(window: .hours(1), threshold: 0.05, dialect: .prometheus2)
    #expect(
      rule.evaluate([], at: start).condition
        == .insufficientData("fewer than two samples of GC pause time in the last 1 h"))
  }

  /// Newer servers leave the sample on the older edge out; 3.x bounds the reach to zero last.
  @Test func dialectsDifferInTheirOlderEdge() throws {
    #expect(PromQLDialect.prometheus2.rangeBounds == .closed)
    #expect(PromQLDialect.prometheus3.rangeBounds == .leftOpen)
    // To zero it is 60 s, less than 1.1 spacings of 60 s: 2.x reaches that far, 3.x half a spacing.
    let late = log([50, 100, 150])
    let end = start + .minutes(2)
    let old = CounterRate.perSecond(late, end: end, range: .minutes(10), dialect: .prometheus2)
    let new = CounterRate.perSecond(late, end: end, range: .minutes(10), dialect: .prometheus3)
    #expect(old == 100 * (180.0 / 120 / 600))
    #expect(new == 100 * (150.0 / 120 / 600))
  }
}
