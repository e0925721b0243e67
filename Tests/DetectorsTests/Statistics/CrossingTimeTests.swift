import TestSupport
import Testing

@testable import Detectors

@Suite struct CrossingTimeTests {
  /// Level 100 ± 2, growing by 1 ± `slopeError` a second, known from many points.
  private func line(
    slope: Double = 1, slopeError: Double = 0.1, level: Double = 100, covariance: Double = 0
  ) -> ProjectedLine {
    ProjectedLine(
      level: level, slopePerSecond: slope, levelVariance: 4, slopeVariance: slopeError * slopeError,
      covariance: covariance, degreesOfFreedom: .infinity)
  }

  /// Each end of the interval is where the line's own band meets the ceiling.
  @Test(arguments: [-0.15, 0, 0.15], [0, 25.0])
  func theEndsLieOnTheBand(covariance: Double, noiseVariance: Double) throws {
    let line = line(covariance: covariance)
    let crossing = try #require(
      CrossingTime(of: line, ceiling: 200, confidence: 0.9, noiseVariance: noiseVariance))
    let factor = NormalDistribution.quantile(0.95)
    func band(_ t: Double, _ sign: Double) -> Double {
      let variance = 4 + 2 * t * covariance + t * t * 0.01 + noiseVariance
      return 100 + t + sign * factor * variance.squareRoot()
    }
    let earliest = try #require(crossing.earliestSeconds)
    let latest = try #require(crossing.latestSeconds)
    #expect(abs(band(earliest, 1) - 200) < 1e-9)
    #expect(abs(band(latest, -1) - 200) < 1e-9)
    #expect(crossing.expectedSeconds == 100)
    #expect(earliest < 100 && latest > 100)
    #expect(latest - 100 > 100 - earliest, "growth may be slow for long; it is not fast for long")
  }

  @Test func doubtfulGrowthMayNeverCross() throws {
    let crossing = try #require(CrossingTime(of: line(slopeError: 0.7), ceiling: 200))
    #expect(crossing.expectedSeconds == 100)
    #expect(crossing.latestSeconds == nil)
    let earliest = try #require(crossing.earliestSeconds)
    #expect(earliest > 40 && earliest < 50)
  }

  @Test func noGrowthHasNoCrossing() throws {
    let flat = try #require(CrossingTime(of: line(slope: 0), ceiling: 200))
    #expect(flat.expectedSeconds == nil && flat.latestSeconds == nil)
    #expect(try #require(flat.earliestSeconds) > 500, "it might still grow, within its error")
    let falling = try #require(CrossingTime(of: line(slope: -1), ceiling: 200))
    #expect(falling.expectedSeconds == nil)
    #expect(falling.earliestSeconds == nil && falling.latestSeconds == nil)
    let certain = try #require(CrossingTime(of: line(slope: 0, slopeError: 0), ceiling: 200))
    #expect(certain.expectedSeconds == nil)
    #expect(certain.earliestSeconds == nil && certain.latestSeconds == nil)
  }

  /// Where the interval opens, its ends grow without a jump: a slope just significant is as good
  /// as one that just is not.
  @Test func theUpperEndGoesToNeverWithoutAJump() throws {
    let factor = NormalDistribution.quantile(0.95)
    let justGrowing = try #require(
      CrossingTime(of: line(slopeError: (1 - 1e-9) / factor), ceiling: 200))
    let justNot = try #require(
      CrossingTime(of: line(slopeError: (1 + 1e-9) / factor), ceiling: 200))
    #expect(try #require(justGrowing.latestSeconds) > 1e8)
    #expect(justNot.latestSeconds == nil)
    #expect(agrees(justGrowing.earliestSeconds, justNot.earliestSeconds, scale: 1e3))
  }

  @Test func aCeilingInReachIsNow() throws {
    let passed = try #require(CrossingTime(of: line(level: 250), ceiling: 200))
    #expect(passed.expectedSeconds == 0)
    #expect(passed.earliestSeconds == 0 && passed.latestSeconds == 0)
    let perhaps = try #require(CrossingTime(of: line(level: 199), ceiling: 200))
    #expect(perhaps.expectedSeconds == 1)
    #expect(perhaps.earliestSeconds == 0)
    #expect(try #require(perhaps.latestSeconds) > 1)
    let fallingFromAbove = try #require(CrossingTime(of: line(slope: -1, level: 250), ceiling: 200))
    #expect(fallingFromAbove.expectedSeconds == 0)
  }

  @Test func certaintyIsAPoint() throws {
    let line = ProjectedLine(
      level: 0, slopePerSecond: 2, levelVariance: 0, slopeVariance: 0, covariance: 0,
      degreesOfFreedom: 10)
    let crossing = try #require(CrossingTime(of: line, ceiling: 10))
    #expect(crossing.expectedSeconds == 5)
    #expect(crossing.earliestSeconds == 5 && crossing.latestSeconds == 5)
  }

  @Test func moreConfidenceIsWider() throws {
    var last: (Double, Double) = (100, 100)
    for confidence in [0.5, 0.8, 0.9, 0.99] {
      let crossing = try #require(
        CrossingTime(of: line(), ceiling: 200, confidence: confidence))
      let (earliest, latest) = (
        try #require(crossing.earliestSeconds), try #require(crossing.latestSeconds)
      )
      #expect(earliest < last.0 && latest > last.1)
      last = (earliest, latest)
    }
  }

  @Test func nonsenseIsNil() {
    #expect(CrossingTime(of: line(slope: .nan), ceiling: 200) == nil)
    #expect(CrossingTime(of: line(), ceiling: .infinity) == nil)
    #expect(CrossingTime(of: line(), ceiling: 200, confidence: 1) == nil)
    #expect(CrossingTime(of: line(), ceiling: 200, noiseVariance: -1) == nil)
    #expect(CrossingTime(of: line(covariance: 3), ceiling: 200) == nil)
  }

  @Test func aFitSeenFromItsEnd() throws {
    var noise = NoiseSource(seed: 3)
    let x = (0..<40).map { 60 * Double($0) }
    let y = x.map { 1000 + 0.5 * $0 + 20 * noise.normal() }
    let fit = try #require(LineFit(x: x, y: y))
    let now = fit.projected(fromSeconds: x[39])
    let shifted = try #require(LineFit(x: x.map { $0 - x[39] }, y: y))
    #expect(agrees(now.level, shifted.intercept))
    #expect(agrees(now.levelVariance.squareRoot(), shifted.interceptError))
    #expect(agrees(now.slopeVariance.squareRoot(), shifted.slopeError))
    #expect(now.degreesOfFreedom == 38)
    let later = fit.projected(fromSeconds: x[39] + 500)
    let spread = now.levelVariance + 2 * 500 * now.covariance + 500 * 500 * now.slopeVariance
    #expect(agrees(later.levelVariance, spread), "the covariance carries the error along")
  }
}
