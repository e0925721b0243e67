import TestSupport
import Testing
import TimeSeries

@testable import Detectors

@Suite struct OOMImminentRuleTests {
  private let rule = OOMImminentRule(horizon: .hours(1))
  private let limit = 512.0 * 1024 * 1024
  private let start = Timestamp(milliseconds: 1_763_942_400_000)

  /// A window with one sample a minute of `bytes(minute)`.
  private func window(minutes: Int, _ bytes: (Double) -> Double) -> Window {
    var window = Window(shape: .standard)
    for minute in 0..<minutes {
      window.append(Sample(start + .minutes(Int64(minute)), bytes(Double(minute))))
    }
    return window
  }

  private func evaluate(_ window: Window) -> Finding {
    rule.evaluate(window, limitBytes: limit, at: start + .hours(2))
  }

  @Test func aLeakThatFillsWithinTheHourIsMet() throws {
    let finding = evaluate(window(minutes: 90) { 2e8 + $0 * 2.5e6 })
    #expect(finding.condition == .met)
    let seconds = try #require(finding.growth.secondsToLimit)
    let expected = (limit - (2e8 + 89 * 2.5e6)) / 2.5e6 * 60
    #expect((seconds - expected).magnitude < expected / 50)
    #expect(finding.reasons.contains("403 MiB of 512 MiB in use"))
  }

  @Test func aVeryFastLeakIsMetAfterFiveSamples() {
    #expect(evaluate(window(minutes: 5) { 3e8 + $0 * 2e7 }).condition == .met)
  }

  @Test func fourSamplesAreNoTrend() {
    guard case .insufficientData = evaluate(window(minutes: 4) { 3e8 + $0 * 2e7 }).condition else {
      Issue.record("four samples were taken for a trend")
      return
    }
  }

  @Test func aStartThatRestsIsNotMet() {
    let finding = evaluate(window(minutes: 40) { min(4e8, 1e8 + $0 * 1e8) })
    #expect(finding.condition == .notMet)
  }

  @Test func aSlowLeakIsNotMet() {
    #expect(evaluate(window(minutes: 120) { 3e8 + $0 * 1e5 }).condition == .notMet)
  }

  @Test func lessThanHalfOfTheLimitIsNotMet() {
    #expect(evaluate(window(minutes: 30) { 1e7 + $0 * 7e6 }).condition == .notMet)
  }

  @Test func fallingOrWobblingMemoryIsNotMet() {
    #expect(evaluate(window(minutes: 60) { 5e8 - $0 * 1e6 }).condition == .notMet)
    var random = SeededGenerator(seed: 4)
    let wobble = window(minutes: 120) { _ in 4.5e8 + Double.random(in: -4e7...4e7, using: &random) }
    #expect(evaluate(wobble).condition == .notMet)
  }
}
