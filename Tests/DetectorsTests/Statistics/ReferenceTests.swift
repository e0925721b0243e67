import Foundation
import TestSupport
import Testing

@testable import Detectors

/// The same numbers as SciPy's, to a billionth.
@Suite struct StatisticsReferenceTests {
  /// Regular and irregular times, ties in both, few points and many, noise small and large.
  private static func lines() -> [ReferenceStatistics.Line] {
    (0..<60).map { number in
      var noise = NoiseSource(seed: UInt64(number))
      let count = number < 20 ? noise.whole(3...12) : noise.whole(13...150)
      let slope = noise.uniform(-3...3)
      let start = number % 4 == 0 ? 1.7e9 : 0
      let x = (0..<count).map { step in
        switch number % 3 {
        case 0: start + 60 * Double(step)
        case 1: start + noise.uniform(0...5000)
        default: start + Double(noise.whole(0...40))
        }
      }
      let size = number % 5 == 0 ? 1e-3 : 500
      let y = x.map { x in
        let value = 1e4 + slope * (x - start) + size * noise.normal()
        return number % 2 == 0 ? value : (value / 256).rounded() * 256
      }
      return ReferenceStatistics.Line(x: x, y: y, confidence: [0.95, 0.9, 0.6][number % 3])
    }.filter { Set($0.x).count > 1 }
  }

  @Test func theilSenIsSciPys() throws {
    let questions = Self.lines()
    let answers = try ReferenceStatistics.answers("lines", questions)
    #expect(answers.count == questions.count)
    for (question, answer) in zip(questions, answers) {
      let ours = try #require(
        TheilSen(x: question.x, y: question.y, confidence: question.confidence))
      #expect(agrees(ours.slope, answer["sen_slope"]))
      #expect(agrees(ours.intercept, answer["sen_intercept"], scale: 1e4))
      #expect(agrees(ours.slopeInterval?.lowerBound, answer["sen_low"]))
      #expect(agrees(ours.slopeInterval?.upperBound, answer["sen_high"]))
    }
  }

  @Test func lineFitIsSciPys() throws {
    let questions = Self.lines()
    let answers = try ReferenceStatistics.answers("lines", questions)
    #expect(answers.count == questions.count)
    for (question, answer) in zip(questions, answers) {
      let ours = try #require(LineFit(x: question.x, y: question.y))
      #expect(agrees(ours.slope, answer["slope"], scale: ours.slopeError))
      #expect(agrees(ours.intercept, answer["intercept"], scale: ours.interceptError))
      // SciPy takes its errors from 1 − r², which cancels where the noise is small; ours sums
      // residuals. What that costs SciPy is a rounding over 1 − r².
      let unexplained = ours.residualVariance / Self.variance(question.y)
      if unexplained > 1e-6 {
        #expect(agrees(ours.slopeError, answer["slope_error"]))
        #expect(agrees(ours.interceptError, answer["intercept_error"]))
      }
    }
  }

  @Test func mannKendallIsSciPys() throws {
    let questions = Self.series()
    let answers = try ReferenceStatistics.answers("trends", questions)
    #expect(answers.count == questions.count)
    for (question, answer) in zip(questions, answers) {
      let ours = try #require(MannKendall(question.values))
      #expect(agrees(ours.s, answer["s"]))
      #expect(agrees(ours.tauB, answer["tau_b"]))
      guard ours.s != 0 else { continue }
      #expect(agrees(ours.varianceOfS, answer["variance"]))
      #expect(agrees(ours.z, answer["plain_z"], scale: 1))
      #expect(agrees(ours.twoSidedP, answer["plain_two"]))
      #expect(agrees(ours.risingP, answer["plain_rising"]))
      #expect(agrees(ours.fallingP, answer["plain_falling"]))
    }
  }

  @Test func hamedRaoIsTheFormulas() throws {
    let questions = Self.series()
    let answers = try ReferenceStatistics.answers("trends", questions)
    #expect(answers.count == questions.count)
    var corrected = 0
    for (question, answer) in zip(questions, answers) {
      let factor = try #require(answer["factor"] ?? nil)
      let ours = MannKendall.hamedRao(
        question.values, lagSignificance: question.significance, mostLags: question.lags)
      #expect((ours == nil) == (factor <= 0))
      guard let ours, ours.s != 0 else { continue }
      if abs(factor - 1) > 0.01 { corrected += 1 }
      let plain = try #require(MannKendall(question.values))
      #expect(agrees(ours.varianceOfS / plain.varianceOfS, factor))
      #expect(agrees(ours.z, answer["modified_z"], scale: 1))
      #expect(agrees(ours.twoSidedP, answer["modified_two"]))
      #expect(agrees(ours.risingP, answer["modified_rising"]))
      #expect(agrees(ours.fallingP, answer["modified_falling"]))
    }
    #expect(corrected > 30)
  }

  /// White and correlated noise, with and without a trend, with and without ties. Trends are
  /// gentle: where p falls below 1e-30 it gives SciPy's variance away to fewer digits.
  private static func series() -> [ReferenceStatistics.Trend] {
    (0..<60).map { number in
      var noise = NoiseSource(seed: UInt64(1000 + number))
      let count = number < 10 ? noise.whole(4...12) : noise.whole(13...120)
      let rho = [0, 0.5, 0.9][number % 3]
      let rise = noise.uniform(-1.5...1.5) / Double(count)
      let values = noise.autoregressive(count, rho: rho).enumerated().map { step, value in
        let value = value + rise * Double(step)
        return number % 4 == 0 ? (value * 4).rounded() : value
      }
      return ReferenceStatistics.Trend(
        values: values, significance: number % 2 == 0 ? 0.05 : 0.1,
        lags: number % 5 == 0 ? 3 : nil)
    }
  }

  @Test func normalIsSciPys() throws {
    var noise = NoiseSource(seed: 7)
    let questions = (0..<400).map { number in
      ReferenceStatistics.Normal(
        x: noise.uniform(-37...37) / (number % 2 == 0 ? 1 : 10),
        p: Self.probability(number, &noise, least: -200))
    }
    let answers = try ReferenceStatistics.answers("normal", questions)
    #expect(answers.count == questions.count)
    for (question, answer) in zip(questions, answers) {
      #expect(agrees(NormalDistribution.cumulative(question.x), answer["cdf"]))
      #expect(agrees(NormalDistribution.upperTail(question.x), answer["sf"]))
      #expect(agrees(NormalDistribution.density(question.x), answer["pdf"]))
      #expect(agrees(NormalDistribution.quantile(question.p), answer["ppf"]), "\(question.p)")
    }
  }

  @Test func studentIsSciPys() throws {
    var noise = NoiseSource(seed: 8)
    let degrees = [0.5, 1, 1.5, 2, 3, 4.7, 10, 30, 94, 334, 5000, 99_000, 101_000, 1e7, 1e12]
    let questions = (0..<600).map { number in
      ReferenceStatistics.Student(
        x: noise.uniform(-30...30) / (number % 2 == 0 ? 1 : 10),
        p: Self.probability(number, &noise, least: -60), degrees: degrees[number % degrees.count])
    }
    let answers = try ReferenceStatistics.answers("student", questions)
    #expect(answers.count == questions.count)
    for (question, answer) in zip(questions, answers) {
      let ours = try #require(StudentT(degreesOfFreedom: question.degrees))
      #expect(agrees(ours.cumulative(question.x), answer["cdf"]), "\(question)")
      #expect(agrees(ours.upperTail(question.x), answer["sf"]), "\(question)")
      if question.degrees < 1e5 {
        #expect(agrees(ours.density(question.x), answer["pdf"]), "\(question)")
      }
      // Near the middle the question itself leaves the answer no nine digits.
      #expect(agrees(ours.quantile(question.p), answer["ppf"], scale: 1e-4), "\(question)")
    }
  }

  /// The middle, and both tails as far as 1e-12; below, as far as the power `least` of ten.
  private static func probability(
    _ number: Int, _ noise: inout NoiseSource, least: Double
  ) -> Double {
    switch number % 4 {
    case 0: noise.uniform(0.001...0.999)
    case 1: 0.5 + noise.uniform(-0.01...0.01)
    case 2: 1 - pow(10, noise.uniform(-12 ... -1))
    default: pow(10, noise.uniform(least...(-1)))
    }
  }

  private static func variance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)
  }
}
