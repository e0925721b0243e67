/// How fast it grows and when it ends. Unknown is nil, never 0.
package struct GrowthFigures: Hashable, Sendable {
  package var slopeBytesPerDay: Double?
  package var slopeLow: Double?
  package var slopeHigh: Double?
  package var secondsToLimit: Double?
  package var secondsToLimitLow: Double?
  package var secondsToLimitHigh: Double?

  package init(
    slopeBytesPerDay: Double? = nil, slopeLow: Double? = nil, slopeHigh: Double? = nil,
    secondsToLimit: Double? = nil, secondsToLimitLow: Double? = nil,
    secondsToLimitHigh: Double? = nil
  ) {
    self.slopeBytesPerDay = slopeBytesPerDay
    self.slopeLow = slopeLow
    self.slopeHigh = slopeHigh
    self.secondsToLimit = secondsToLimit
    self.secondsToLimitLow = secondsToLimitLow
    self.secondsToLimitHigh = secondsToLimitHigh
  }
}
