import Testing
import TimeSeries

@testable import Detectors

/// The share of a leak that is left, its range, and the verdict that follows.
@Suite struct FixRuleTests {
  private static func estimate(
    _ after: Double, error: Double, before: Double = 100, errorBefore: Double = 1,
    rivals: [RatePair] = []
  ) -> FixEstimate {
    FixEstimate(
      pairs: [pair(after, error, before, errorBefore)], rivals: rivals, basis: .equalAges,
      isPerRequest: false, loadShare: nil, coveredSeconds: 3600)
  }

  private static func pair(
    _ after: Double, _ error: Double, _ before: Double, _ errorBefore: Double
  ) -> RatePair {
    RatePair(
      before: GrowthRate(bytesPerSecond: before, error: errorBefore, degreesOfFreedom: 1e6),
      after: GrowthRate(bytesPerSecond: after, error: error, degreesOfFreedom: 1e6),
      covariance: 0)
  }

  @Test func theRangeIsFiellers() throws {
    // With a divisor that is certain it is the plain interval.
    let plain = try #require(
      Self.pair(50, 10, 100, 0).share(confidence: 0.95))
    #expect(abs(plain.lowerBound - (0.5 - 0.16449)) < 1e-4)
    #expect(abs(plain.upperBound - (0.5 + 0.16449)) < 1e-4)
    // At either end the difference from that share of the divisor is as large as its reach.
    let pair = Self.pair(50, 10, 100, 20)
    let range = try #require(pair.share(confidence: 0.95))
    for end in [range.lowerBound, range.upperBound] {
      let error = (100 + end * end * 400).squareRoot()
      #expect(abs(abs(50 - end * 100) - 1.644854 * error) < 1e-3)
    }
    // A divisor that may be nothing bounds no share.
    #expect(Self.pair(50, 10, 100, 61).share(confidence: 0.95) == nil)
    #expect(Self.pair(50, 10, -100, 1).share(confidence: 0.95) == nil)
  }

  @Test func sharedNoiseNarrowsTheRange() throws {
    var pair = Self.pair(90, 10, 100, 10)
    let apart = try #require(pair.share(confidence: 0.95))
    pair.covariance = 90
    let together = try #require(pair.share(confidence: 0.95))
    #expect(together.lowerBound > apart.lowerBound && together.upperBound < apart.upperBound)
  }

  @Test(arguments: [
    (3.0, 2.0, FixVerdict.fixed), (15, 5, nil), (40, 5, .halfFixed), (70, 5, nil),
    (95, 5, .stillLeaking), (50, 50, nil),
  ])
  func aVerdictHoldsTheWholeRange(after: Double, error: Double, verdict: FixVerdict?) {
    #expect(FixRule().verdict(Self.estimate(after, error: error), isFinal: false) == verdict)
  }

  @Test func lessIsAskedAtTheEnd() {
    let estimate = Self.estimate(12, error: 4)
    #expect(FixRule().verdict(estimate, isFinal: false) == nil)
    #expect(FixRule().verdict(estimate, isFinal: true) == .fixed)
    let rivalled = Self.estimate(3, error: 2, rivals: [Self.pair(50, 2, 100, 1)])
    #expect(FixRule().verdict(rivalled, isFinal: false) == nil)
    #expect(FixRule().verdict(rivalled, isFinal: true) == .fixed)
  }
}
