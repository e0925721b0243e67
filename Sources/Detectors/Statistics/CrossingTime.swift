/// When a growing line reaches a ceiling, with the interval of E. C. Fieller, "Some Problems in
/// Interval Estimation" (1954): all times at which the ceiling is within the line's confidence
/// band. A quotient of two estimates is lopsided, and its upper end may be open; no symmetrical
/// error says either.
///
/// No growth has no crossing: what is absent is nil, and 0 means now.
package struct CrossingTime: Hashable, Sendable {
  /// Seconds from now until the line reaches the ceiling; 0 where it has; nil where it does not
  /// rise.
  package let expectedSeconds: Double?
  /// Lower end, seconds from now: sooner is not believed. Nil where no time is believed.
  package let earliestSeconds: Double?
  /// Upper end, seconds from now; nil where it may never be: growth is not significant.
  package let latestSeconds: Double?

  /// - Parameters:
  ///   - ceiling: In the line's unit of values.
  ///   - confidence: Of the two-sided interval, above 0 and below 1.
  ///   - noiseVariance: Variance of single observations about the line, values². 0 asks when the
  ///     line crosses. Otherwise both ends count it in, so that the interval holds a time at which
  ///     one observation, noise included, may be expected at the ceiling. It is no law for the
  ///     first of many observations to get there: in simulations at 0.9 that came before the
  ///     interval in 11 to 19 % of all cases, not in 5 %.
  /// - Returns: nil where a number is not finite, a variance below 0, the covariance larger than
  ///   the variances allow, or the degrees of freedom not above 0.
  package init?(
    of line: ProjectedLine, ceiling: Double, confidence: Double = 0.9, noiseVariance: Double = 0
  ) {
    guard line.isValid, ceiling.isFinite, noiseVariance >= 0, noiseVariance.isFinite,
      confidence > 0, confidence < 1,
      let distribution = StudentT(degreesOfFreedom: line.degreesOfFreedom)
    else { return nil }
    let factor = distribution.quantile((1 + confidence) / 2)
    let band = Band(
      line, gap: ceiling - line.level, squaredFactor: factor * factor, noiseVariance: noiseVariance)
    expectedSeconds = band.expected
    earliestSeconds = band.earliest
    latestSeconds = band.latest
  }
}

/// The ceiling is within the band where q(t) = square·t² + 2·half·t + constant ≤ 0.
private struct Band {
  let gap: Double
  let slope: Double
  let square: Double
  let half: Double
  let constant: Double

  init(_ line: ProjectedLine, gap: Double, squaredFactor: Double, noiseVariance: Double) {
    self.gap = gap
    slope = line.slopePerSecond
    square = slope * slope - squaredFactor * line.slopeVariance
    half = -slope * gap - squaredFactor * line.covariance
    constant = gap * gap - squaredFactor * (line.levelVariance + noiseVariance)
  }

  private var growthIsSignificant: Bool { slope > 0 && square > 0 }
  /// The ceiling is above, or below, all that is believed of the present level.
  private var isClearlyAhead: Bool { gap > 0 && constant > 0 }
  private var isClearlyPassed: Bool { gap <= 0 && constant >= 0 }

  var expected: Double? {
    if gap <= 0 { return 0 }
    return slope > 0 ? finite(gap / slope) : nil
  }

  var earliest: Double? {
    if !isClearlyAhead { return 0 }
    if growthIsSignificant { return finite(roots.lower) }
    // A decline that is significant keeps the whole band below the ceiling. Otherwise the band
    // widens faster than the line falls, and one of its roots, of different signs, lies ahead.
    if square > 0 { return nil }
    if square == 0 { return half < 0 ? finite(-constant / (2 * half)) : nil }
    return finite(roots.upper)
  }

  var latest: Double? {
    if isClearlyPassed { return 0 }
    return growthIsSignificant ? finite(max(0, roots.upper)) : nil
  }

  /// Where the band touches the ceiling, without the cancellation of the textbook's formula.
  private var roots: (lower: Double, upper: Double) {
    // Only rounding makes it negative: asked for where the line itself meets the ceiling, inside
    // its band, or where the roots have different signs.
    let discriminant = max(0, half * half - square * constant)
    let larger = half <= 0 ? -half + discriminant.squareRoot() : -half - discriminant.squareRoot()
    guard larger != 0 else { return (0, 0) }
    let first = larger / square
    let second = constant / larger
    return (min(first, second), max(first, second))
  }

  /// What lies beyond every double is never.
  private func finite(_ seconds: Double) -> Double? { seconds.isFinite ? seconds : nil }
}

extension ProjectedLine {
  fileprivate var isValid: Bool {
    let numbers = [level, slopePerSecond, levelVariance, slopeVariance, covariance]
    let mostCovariance = (levelVariance * slopeVariance).squareRoot()
    return numbers.allSatisfy(\.isFinite) && levelVariance >= 0 && slopeVariance >= 0
      && abs(covariance) <= mostCovariance * (1 + 1e-9)
  }
}
