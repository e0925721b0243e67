/// Ordinary least squares of y on x, with the errors that white noise of equal variance brings.
package struct LineFit: Hashable, Sendable {
  package let count: Int
  /// In units of y for one unit of x.
  package let slope: Double
  /// y of the line at x = 0.
  package let intercept: Double
  /// Standard deviation of the slope's estimate.
  package let slopeError: Double
  /// Standard deviation of the intercept's estimate.
  package let interceptError: Double
  /// Variance of y about the line, in squares of its units, with n − 2 degrees of freedom.
  package let residualVariance: Double
  private let meanX: Double
  private let meanY: Double
  /// Σ (x − mean)².
  private let spreadX: Double

  package var degreesOfFreedom: Int { count - 2 }

  /// - Returns: nil below three points, with all x equal, for lengths that differ, and where a
  ///   value is not finite. Two points have a line and no errors: that is not a fit.
  package init?(x: [Double], y: [Double]) {
    guard x.count == y.count, x.count >= 3 else { return nil }
    let n = Double(x.count)
    meanX = x.reduce(0, +) / n
    meanY = y.reduce(0, +) / n
    var spread = 0.0
    var product = 0.0
    for (x, y) in zip(x, y) {
      spread += (x - meanX) * (x - meanX)
      product += (x - meanX) * (y - meanY)
    }
    guard spread > 0, (spread + product).isFinite else { return nil }
    count = x.count
    spreadX = spread
    slope = product / spread
    intercept = meanY - slope * meanX
    var residual = 0.0
    for (x, y) in zip(x, y) {
      let difference = (y - meanY) - slope * (x - meanX)
      residual += difference * difference
    }
    residualVariance = residual / (n - 2)
    slopeError = (residualVariance / spread).squareRoot()
    interceptError = (residualVariance * (1 / n + meanX * meanX / spread)).squareRoot()
  }

  /// The line as it is seen from the time `x` (in seconds): what `CrossingTime` asks for.
  package func projected(fromSeconds x: Double) -> ProjectedLine {
    let distance = x - meanX
    return ProjectedLine(
      level: meanY + slope * distance, slopePerSecond: slope,
      levelVariance: residualVariance * (1 / Double(count) + distance * distance / spreadX),
      slopeVariance: residualVariance / spreadX,
      covariance: residualVariance * distance / spreadX,
      degreesOfFreedom: Double(degreesOfFreedom))
  }
}
