package import TimeSeries

/// Memory grows, and nothing ordinary explains it: the alert that pages on the verdict.
package struct MemoryGrowthRule: Hashable, Sendable {
  package var thresholds: GrowthThresholds
  /// How long a verdict stands before it is made anew.
  package var verdictInterval: TimeSpan

  package init(
    thresholds: GrowthThresholds = GrowthThresholds(), verdictInterval: TimeSpan = .minutes(15)
  ) {
    self.thresholds = thresholds
    self.verdictInterval = verdictInterval
  }
}
