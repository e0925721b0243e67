package import TimeSeries

/// Memory grows, and nothing ordinary explains it: the alert that pages on the verdict.
package struct MemoryGrowthRule: Hashable, Sendable {
  package var thresholds: GrowthThresholds
  /// How long a verdict stands before it is made anew.
  package var verdictInterval: TimeSpan
  /// Memory that surely ends within this is a page, or a warning.
  package var pageWithin: TimeSpan
  package var warnWithin: TimeSpan

  /// How soon a person must look at growth.
  package enum Urgency: Hashable, Sendable { case page, warning, ticket }

  package init(
    thresholds: GrowthThresholds = GrowthThresholds(), verdictInterval: TimeSpan = .minutes(15),
    pageWithin: TimeSpan = .hours(24), warnWithin: TimeSpan = .days(7)
  ) {
    self.thresholds = thresholds
    self.verdictInterval = verdictInterval
    self.pageWithin = pageWithin
    self.warnWithin = warnWithin
  }

  /// By the upper end of the time to the limit: who is woken must find memory really ending.
  package func urgency(of growth: GrowthFigures) -> Urgency {
    guard let latest = growth.secondsToLimitHigh else { return .ticket }
    if latest < pageWithin.seconds { return .page }
    return latest < warnWithin.seconds ? .warning : .ticket
  }
}
