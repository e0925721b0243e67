package import TimeSeries

/// What became of a leak that is said to be fixed. The raw value is the name in JSON.
package enum FixVerdict: String, CaseIterable, Hashable, Sendable {
  case fixed
  case halfFixed = "half_fixed"
  case stillLeaking = "still_leaking"
  /// The time is over, and what is known suits more than one of the others.
  case undecided
  /// The build that leaks runs again.
  case rolledBack = "rolled_back"
}

/// When growth since a change says that a leak is fixed, and when that it is not.
package struct FixRule: Hashable, Sendable {
  /// For how long a fix is watched, at most.
  package var watch: TimeSpan
  /// Growth that surely is below this share of the leak's is fixed.
  package var fixedBelow: Double
  /// Growth that surely is above this share of the leak's is still leaking; between the two it is
  /// half fixed.
  package var leakingAbove: Double
  /// How sure a verdict must be before the time is over: it is asked for again and again, and must
  /// stand for `patience`.
  package var earlyConfidence: Double
  /// How sure at the end.
  package var finalConfidence: Double
  package var patience: TimeSpan

  package init(
    watch: TimeSpan = .hours(24), fixedBelow: Double = 0.2, leakingAbove: Double = 0.75,
    earlyConfidence: Double = 0.995, finalConfidence: Double = 0.95,
    patience: TimeSpan = .hours(1)
  ) {
    self.watch = watch
    self.fixedBelow = fixedBelow
    self.leakingAbove = leakingAbove
    self.earlyConfidence = earlyConfidence
    self.finalConfidence = finalConfidence
    self.patience = patience
  }

  /// Two one-sided tests at each border: the verdict within whose region the whole range lies.
  ///
  /// - Parameter isFinal: whether the time is over; before, every way to count growth must agree.
  /// - Returns: nil where the range holds more than one.
  package func verdict(_ estimate: FixEstimate, isFinal: Bool) -> FixVerdict? {
    let confidence = isFinal ? finalConfidence : earlyConfidence
    guard let range = estimate.shareRange(confidence: confidence, withRivals: !isFinal) else {
      return nil
    }
    if range.upperBound < fixedBelow { return .fixed }
    if range.lowerBound > leakingAbove { return .stillLeaking }
    return range.lowerBound >= fixedBelow && range.upperBound <= leakingAbove ? .halfFixed : nil
  }
}
