/// Growth before and since a change, estimated together.
struct RatePair: Hashable, Sendable {
  var before: GrowthRate
  var after: GrowthRate
  /// Of the two estimates, (bytes a second)²; 0 where they share nothing.
  var covariance: Double

  /// Growth since the change as a share of the growth before, with the interval of Fieller (1954).
  ///
  /// - Parameter confidence: of each end alone, one-sided.
  /// - Returns: nil where the growth before cannot be told from none: then every share is possible.
  func share(confidence: Double) -> ClosedRange<Double>? {
    guard
      let distribution = StudentT(
        degreesOfFreedom: min(before.degreesOfFreedom, after.degreesOfFreedom))
    else { return nil }
    let reach = distribution.quantile(confidence)
    let square = reach * reach
    let (old, new) = (before.bytesPerSecond, after.bytesPerSecond)
    let a = old * old - square * before.error * before.error
    let b = old * new - square * covariance
    let c = new * new - square * after.error * after.error
    guard old > 0, a > 0 else { return nil }
    let root = max(0, b * b - a * c).squareRoot()
    return (b - root) / a...(b + root) / a
  }
}
