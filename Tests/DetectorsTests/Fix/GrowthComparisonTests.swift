import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Detectors

/// Growth before and since a change, of histories that are made up.
@Suite struct GrowthComparisonTests {
  private static let mebibyte = 1_048_576.0
  private static let perDay = 100 * mebibyte

  /// Hours of two lives, of which the second begins at `change`.
  private static func history(
    hours: Int, change: Int, stepHours: Double = 1, firstAge: Double = 0, load: Bool = false,
    memory: (_ life: Int, _ age: Double, _ hour: Double) -> Double
  ) -> ServiceHistory {
    let count = Int(Double(hours) / stepHours)
    let moments = (0..<count).map { (Double($0) + 0.5) * stepHours }
    let ages = moments.map { $0 < Double(change) ? firstAge + $0 : $0 - Double(change) }
    let lives = moments.map { $0 < Double(change) ? 0 : 1 }
    return ServiceHistory(
      stepSeconds: stepHours * 3600, startSeconds: moments[0] * 3600, life: lives,
      ageSeconds: ages.map { $0 * 3600 },
      load: load ? lives.map { $0 == 0 ? 10 : 20 } : nil,
      floors: [
        .memoryAnon: (0..<count).map { memory(lives[$0], ages[$0], moments[$0]) * mebibyte }
      ])
  }

  private static func leak(_ verdict: Verdict = .leak) -> LeakReference {
    LeakReference(
      signal: .memoryAnon,
      rate: GrowthRate(bytesPerSecond: perDay / 86_400, error: 20, degreesOfFreedom: 50),
      requestsPerSecond: nil, verdict: verdict, flavour: nil, growing: "anon")
  }

  private static func estimate(
    _ history: ServiceHistory, change: Int, until: Int? = nil, leak: LeakReference = leak()
  )
    -> FixEstimate?
  {
    let empty = ServiceHistory(stepSeconds: 900, startSeconds: 0, life: [], ageSeconds: [])
    return GrowthComparison.estimate(
      day: empty, long: history, leak: leak, leaking: 0..<Double(until ?? change) * 3600,
      since: Double(change) * 3600)
  }

  @Test func bothSlopesAreFound() throws {
    var noise = NoiseSource(seed: 3)
    let history = Self.history(hours: 96, change: 72) { life, age, _ in
      500 + (life == 0 ? 100 : 30) * age / 24 + noise.normal()
    }
    let estimate = try #require(Self.estimate(history, change: 72))
    #expect(abs(estimate.before * 86_400 / Self.mebibyte - 100) < 5)
    #expect(abs(estimate.share - 0.3) < 0.05)
    #expect(estimate.basis == .equalAges && !estimate.isPerRequest)
    let range = try #require(estimate.shareRange(confidence: 0.95, withRivals: true))
    #expect(range.contains(0.3))
  }

  @Test func anOldLifeIsComparedWithItsAgeAllowedFor() throws {
    var noise = NoiseSource(seed: 4)
    let history = Self.history(hours: 96, change: 72, firstAge: 300) { life, age, _ in
      life == 0 ? 500 + 100 * (age - 300) / 24 + noise.normal() : 300 + noise.normal()
    }
    let estimate = try #require(Self.estimate(history, change: 72))
    #expect(estimate.basis == .otherAges)
    #expect(estimate.share < 0.1)
  }

  @Test func whatTheWindowsHaveLostIsKept() throws {
    var noise = NoiseSource(seed: 5)
    let history = Self.history(hours: 24, change: 0) { _, age, _ in
      500 + 95 * age / 24 + noise.normal()
    }
    let estimate = try #require(Self.estimate(history, change: 0))
    #expect(estimate.basis == .kept)
    #expect(abs(estimate.share - 0.95) < 0.1)
  }

  @Test func aCacheIsComparedAtEqualAgesAlone() throws {
    var noise = NoiseSource(seed: 6)
    // It slows down: in its third day it grows by less than a third of its first.
    let history = Self.history(hours: 96, change: 72) { life, age, _ in
      500 + (life == 0 ? 40 : 38) * age.squareRoot() + noise.normal()
    }
    let cache = try #require(Self.estimate(history, change: 72, leak: Self.leak(.cache)))
    #expect(abs(cache.share - 0.95) < 0.1)
  }

  @Test func whatCameBetweenLeakAndChangeCountsForNeither() throws {
    var noise = NoiseSource(seed: 7)
    let history = Self.history(hours: 120, change: 96) { life, age, hour in
      let grown = 100 * min(age, 48) / 24 + 20 * max(0, age - 48) / 24
      return 500 + (life == 0 ? grown : 10 * age / 24) + noise.normal()
    }
    let estimate = try #require(Self.estimate(history, change: 96, until: 48))
    #expect(abs(estimate.before * 86_400 / Self.mebibyte - 100) < 8)
  }

  @Test func tooLittleSinceTheChangeSaysNothing() {
    let history = Self.history(hours: 80, change: 72) { _, age, _ in 500 + age }
    #expect(Self.estimate(history, change: 72) == nil)
  }

  /// The range at 95 % on either side must hold the share nine times of ten.
  @Test func theRangeHoldsTheShare() throws {
    var held = 0
    for seed in UInt64(1)...60 {
      var noise = NoiseSource(seed: seed)
      var wobble = 0.0
      let history = Self.history(hours: 96, change: 72) { life, age, _ in
        wobble = 0.6 * wobble + 3 * noise.normal()
        return 500 + (life == 0 ? 100 : 40) * age / 24 + wobble
      }
      let estimate = try #require(Self.estimate(history, change: 72))
      let range = estimate.shareRange(confidence: 0.95, withRivals: true)
      if range?.contains(0.4) == true { held += 1 }
    }
    #expect(held >= 54)
  }
}
