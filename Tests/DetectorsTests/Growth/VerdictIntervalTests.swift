import Detectors
import Testing
import TimeSeries

/// The nearer the end of memory, the oftener it is looked at.
@Suite struct VerdictIntervalTests {
  private static func verdict(_ verdict: Verdict, endsInHours hours: Double?) -> GrowthVerdict {
    var made = GrowthVerdict.insufficientData("")
    made.verdict = verdict
    made.growth.secondsToLimitLow = hours.map { $0 * 3600 }
    return made
  }

  @Test func onlyGrowthThatMayEndWithinADayIsUrgent() {
    let rule = MemoryGrowthRule()
    #expect(rule.interval(after: Self.verdict(.leak, endsInHours: 5)) == .minutes(3))
    #expect(rule.interval(after: Self.verdict(.leak, endsInHours: 25)) == .minutes(15))
    #expect(rule.interval(after: Self.verdict(.leak, endsInHours: nil)) == .minutes(15))
    #expect(rule.interval(after: Self.verdict(.steady, endsInHours: 5)) == .minutes(15))
  }

  @Test func aShorterOrdinaryIntervalIsNotMadeLonger() {
    let rule = MemoryGrowthRule(verdictInterval: .minutes(1))
    #expect(rule.interval(after: Self.verdict(.leak, endsInHours: 5)) == .minutes(1))
  }
}
