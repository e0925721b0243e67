import TestSupport
import Testing

@testable import Detectors

/// How often the 90 % interval holds the true time: linear growth with noise of known kind, a
/// window of 96 steps, and a ceiling ahead.
///
/// What it shows: with white noise the interval holds what it promises, and with correlated noise
/// too when it is passed the whitened fit's errors, though the correlation is only estimated. The
/// plain fit's errors make it worthless there. In 6000 trials (a standard deviation is 0.4 %; the
/// test makes do with 600) it held the truth in
///
/// | noise | growth a step | errors | held |
/// |---|---|---|---|
/// | white | 0.1 of the noise | plain | 89.7 % |
/// | white | 0.007 of the noise: upper end open in 40 % | plain | 89.9 % |
/// | correlation 0.3, 0.6, 0.8 | 0.1 of the noise | whitened | 90.1 %, 90.0 %, 89.2 % |
/// | correlation 0.6 | 0.1 of the noise | plain | 58.8 % |
@Suite struct CrossingCoverageTests {
  private static let steps = 96
  private static let stepSeconds = 900.0
  private static let trials = 600

  /// A window of growth by `slope` noise deviations a step, which ends at time 0.
  fileprivate struct Scene: Sendable {
    var rho: Double
    var slope = 0.1
    /// Steps from the window's end until the line is at the ceiling.
    var stepsAhead = 60.0

    var ceiling: Double { slope * (Double(steps - 1) + stepsAhead) }
    var trueSeconds: Double { stepsAhead * stepSeconds }

    func values(_ noise: inout NoiseSource, count: Int = steps) -> [Double] {
      noise.autoregressive(count, rho: rho).enumerated().map { slope * Double($0) + $1 }
    }
  }

  private static var seconds: [Double] {
    (0..<steps).map { stepSeconds * (Double($0) - Double(steps - 1)) }
  }

  /// Share of trials in which the truth is within, and of those with an open upper end.
  private static func coverage(
    _ scene: Scene, seed: UInt64, _ project: ([Double]) -> ProjectedLine?
  ) throws -> (within: Double, open: Double) {
    var noise = NoiseSource(seed: seed)
    var within = 0
    var open = 0
    for _ in 0..<trials {
      let line = try #require(project(scene.values(&noise)))
      let crossing = try #require(CrossingTime(of: line, ceiling: scene.ceiling))
      if crossing.latestSeconds == nil { open += 1 }
      guard let earliest = crossing.earliestSeconds else { continue }
      if (earliest...(crossing.latestSeconds ?? .infinity)).contains(scene.trueSeconds) {
        within += 1
      }
    }
    return (Double(within) / Double(trials), Double(open) / Double(trials))
  }

  private static func plain(_ values: [Double]) -> ProjectedLine? {
    LineFit(x: seconds, y: values)?.projected(fromSeconds: 0)
  }

  @Test func whiteNoise() throws {
    let shares = try Self.coverage(Scene(rho: 0), seed: 1, Self.plain)
    #expect((0.85...0.95).contains(shares.within), "\(shares)")
  }

  /// Growth so small beside the noise that the upper end is often open.
  @Test func whiteNoiseAndDoubtfulGrowth() throws {
    let shares = try Self.coverage(Scene(rho: 0, slope: 0.007), seed: 2, Self.plain)
    #expect((0.85...0.95).contains(shares.within), "\(shares)")
    #expect(shares.open > 0.2, "\(shares)")
  }

  @Test(arguments: [0.3, 0.6, 0.8])
  func correlatedNoiseWhitened(rho: Double) throws {
    let shares = try Self.coverage(Scene(rho: rho), seed: 3) { values in
      WhitenedLine(x: Self.seconds, y: values).projected
    }
    #expect((0.85...0.95).contains(shares.within), "\(shares)")
  }

  @Test func correlatedNoiseNotWhitened() throws {
    let shares = try Self.coverage(Scene(rho: 0.6), seed: 4, Self.plain)
    #expect(shares.within < 0.75, "\(shares)")
  }

  /// With the noise's variance counted in, the interval is still one for a single observation.
  /// The first of many to reach the ceiling is a lucky one: in 2000 trials it came before the
  /// interval in 17 to 19 % with white noise and in 11 to 12 % with a correlation of 0.6, where 5 %
  /// are its due, and after it in 0 to 2 %.
  @Test(arguments: [
    Scene(rho: 0), Scene(rho: 0.6), Scene(rho: 0, slope: 0.02, stepsAhead: 600),
    Scene(rho: 0.6, slope: 0.02, stepsAhead: 600),
  ])
  fileprivate func theFirstObservationComesEarly(scene: Scene) throws {
    var noise = NoiseSource(seed: 5)
    var early = 0
    var late = 0
    let trials = 200
    for _ in 0..<trials {
      let path = scene.values(&noise, count: Self.steps + 2 * Int(scene.stepsAhead))
      let fit = WhitenedLine(x: Self.seconds, y: Array(path.prefix(Self.steps)))
      let line = try #require(fit.projected)
      let crossing = try #require(
        CrossingTime(
          of: line, ceiling: scene.ceiling, noiseVariance: fit.noiseVariance))
      let first = try #require(
        path.indices.dropFirst(Self.steps).first { path[$0] >= scene.ceiling })
      let seconds = Double(first - Self.steps + 1) * Self.stepSeconds
      if seconds < crossing.earliestSeconds ?? .infinity { early += 1 }
      if seconds > crossing.latestSeconds ?? .infinity { late += 1 }
    }
    #expect(early > late && early < trials / 4, "\(early) early, \(late) late of \(trials)")
  }
}

/// A line fitted to noise of first-order correlation that is estimated from the line's own
/// residuals (Prais and Winsten 1954), as the growth rule whitens its windows.
private struct WhitenedLine {
  /// Seen from x = 0; nil where nothing can be fitted.
  private(set) var projected: ProjectedLine?
  /// Of one observation about the line.
  private(set) var noiseVariance = 0.0

  init(x: [Double], y: [Double]) {
    guard let plain = LineFit(x: x, y: y) else { return }
    let residuals = zip(x, y).map { $1 - plain.intercept - plain.slope * $0 }
    let rho = Self.correlation(residuals)
    func whiten(_ values: [Double]) -> [Double] {
      values.indices.map { index in
        index == 0
          ? values[0] * (1 - rho * rho).squareRoot() : values[index] - rho * values[index - 1]
      }
    }
    let level = whiten([Double](repeating: 1, count: x.count))
    let (time, value) = (whiten(x), whiten(y))
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map(*).reduce(0, +) }
    let (aa, ab, bb) = (product(level, level), product(level, time), product(time, time))
    let (ay, by) = (product(level, value), product(time, value))
    let determinant = aa * bb - ab * ab
    let intercept = (bb * ay - ab * by) / determinant
    let slope = (aa * by - ab * ay) / determinant
    let residual = value.indices.map { value[$0] - intercept * level[$0] - slope * time[$0] }
    let variance = product(residual, residual) / Double(x.count - 2)
    noiseVariance = variance / (1 - rho * rho)
    projected = ProjectedLine(
      level: intercept, slopePerSecond: slope, levelVariance: variance * bb / determinant,
      slopeVariance: variance * aa / determinant, covariance: -variance * ab / determinant,
      degreesOfFreedom: Double(x.count - 2) * (1 - rho) / (1 + rho))
  }

  /// Corrected for the bias that fitting two parameters brings (Marriott and Pope 1954).
  private static func correlation(_ residuals: [Double]) -> Double {
    let pairs = zip(residuals, residuals.dropFirst())
    let raw =
      pairs.map { $0 * $1 }.reduce(0, +) / residuals.map { $0 * $0 }.reduce(0, +)
    let corrected = raw + (3 + 3 * raw) / Double(residuals.count)
    return min(max(corrected, 0), 0.985)
  }
}
