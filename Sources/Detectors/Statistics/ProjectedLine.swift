/// A fitted line seen from now (time 0), with how unsure its two parameters are.
///
/// The unit of values is the caller's (bytes, as a rule); time is in seconds.
package struct ProjectedLine: Hashable, Sendable {
  /// Value now, on the line.
  package var level: Double
  package var slopePerSecond: Double
  /// Variance of the level's estimate, values².
  package var levelVariance: Double
  /// Variance of the slope's estimate, (values/s)².
  package var slopeVariance: Double
  /// Covariance of the two estimates, values²/s.
  package var covariance: Double
  /// Of the noise variance behind these; infinity where that is known. Noise with the correlation
  /// ρ between steps tells less: (n − 2)·(1 − ρ)/(1 + ρ) serves where ρ is estimated as well.
  package var degreesOfFreedom: Double

  package init(
    level: Double, slopePerSecond: Double, levelVariance: Double, slopeVariance: Double,
    covariance: Double, degreesOfFreedom: Double
  ) {
    self.level = level
    self.slopePerSecond = slopePerSecond
    self.levelVariance = levelVariance
    self.slopeVariance = slopeVariance
    self.covariance = covariance
    self.degreesOfFreedom = degreesOfFreedom
  }
}
