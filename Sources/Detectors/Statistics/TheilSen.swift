/// A line whose slope is the median of the slopes of all pairs: up to 29 % of the points may be
/// anything (H. Theil 1950; P. K. Sen, "Estimates of the regression coefficient based on Kendall's
/// tau", 1968).
///
/// Takes time and memory for each of the n(n − 1)/2 pairs; meant for up to about 400 points.
package struct TheilSen: Hashable, Sendable {
  /// In units of y for one unit of x.
  package let slope: Double
  /// Median of y − slope · median of x, in units of y (W. J. Conover 1980).
  package let intercept: Double
  /// Confidence interval of the slope, whose ends are slopes of pairs; nil where ties in x and y
  /// leave Kendall's S no variance to speak of. It takes the noise for white.
  package let slopeInterval: ClosedRange<Double>?

  /// - Parameters:
  ///   - x: As many as `y`, in any order; pairs of equal x have no slope and are left out.
  ///   - confidence: Of the interval, above ½ and below 1.
  /// - Returns: nil below two different x, for lengths that differ, and where a value or a slope
  ///   is not finite.
  package init?(x: [Double], y: [Double], confidence: Double = 0.95) {
    guard x.count == y.count, x.allSatisfy(\.isFinite), y.allSatisfy(\.isFinite),
      confidence > 0.5, confidence < 1
    else { return nil }
    let slopes = Self.pairSlopes(x, y)
    guard let slope = Ranks.median(ofSorted: slopes), slope.isFinite,
      let middleX = Ranks.median(ofSorted: x.sorted()),
      let middleY = Ranks.median(ofSorted: y.sorted())
    else { return nil }
    self.slope = slope
    intercept = middleY - slope * middleX
    let variance = Ranks.varianceOfS(
      count: y.count, ties: [Ranks.tieSizes(x), Ranks.tieSizes(y)])
    slopeInterval = Self.interval(slopes, variance: variance, confidence: confidence)
  }

  /// In rising order.
  private static func pairSlopes(_ x: [Double], _ y: [Double]) -> [Double] {
    var slopes: [Double] = []
    slopes.reserveCapacity(x.count * (x.count - 1) / 2)
    for later in x.indices {
      for earlier in 0..<later where x[later] != x[earlier] {
        slopes.append((y[later] - y[earlier]) / (x[later] - x[earlier]))
      }
    }
    slopes.sort()
    return slopes
  }

  /// The slopes that many places to either side of the median as S may stray.
  private static func interval(
    _ slopes: [Double], variance: Double, confidence: Double
  ) -> ClosedRange<Double>? {
    guard variance >= 0 else { return nil }
    let reach = -NormalDistribution.quantile((1 - confidence) / 2) * variance.squareRoot()
    let count = Double(slopes.count)
    let low = Int(((count - reach) / 2).rounded(.toNearestOrEven)) - 1
    let high = Int(((count + reach) / 2).rounded(.toNearestOrEven))
    return slopes[max(low, 0)]...slopes[min(high, slopes.count - 1)]
  }
}
