/// How fast memory grows, and how well that is known.
package struct GrowthRate: Hashable, Sendable {
  package var bytesPerSecond: Double
  /// Standard error, bytes a second.
  package var error: Double
  package var degreesOfFreedom: Double

  package init(bytesPerSecond: Double, error: Double, degreesOfFreedom: Double) {
    self.bytesPerSecond = bytesPerSecond
    self.error = error
    self.degreesOfFreedom = degreesOfFreedom
  }

  package var bytesPerDay: Double { bytesPerSecond * 86_400 }
}
