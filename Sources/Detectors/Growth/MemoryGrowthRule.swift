package import TimeSeries

/// Memory grows, and nothing ordinary explains it: the alert that pages on the verdict.
package struct MemoryGrowthRule: Hashable, Sendable {
  package var thresholds: GrowthThresholds
  /// How long a verdict stands before it is made anew.
  package var verdictInterval: TimeSpan
  /// The same for growth that may reach the limit within `pageWithin`.
  package var urgentInterval: TimeSpan
  /// Memory that surely ends within this is a page, or a warning.
  package var pageWithin: TimeSpan
  package var warnWithin: TimeSpan
  /// What it takes for a leak to be fixed.
  package var fix: FixRule

  /// How soon a person must look at growth.
  package enum Urgency: Hashable, Sendable { case page, warning, ticket }

  package init(
    thresholds: GrowthThresholds = GrowthThresholds(), verdictInterval: TimeSpan = .minutes(15),
    urgentInterval: TimeSpan = .minutes(3), pageWithin: TimeSpan = .hours(24),
    warnWithin: TimeSpan = .days(7), fix: FixRule = FixRule()
  ) {
    self.thresholds = thresholds
    self.verdictInterval = verdictInterval
    self.urgentInterval = urgentInterval
    self.pageWithin = pageWithin
    self.warnWithin = warnWithin
    self.fix = fix
  }

  /// How long `verdict` stands: a shorter time where memory may end soon.
  package func interval(after verdict: GrowthVerdict) -> TimeSpan {
    let ends = verdict.growth.secondsToLimitLow ?? .infinity
    let isUrgent = verdict.verdict.isAlerting && ends < pageWithin.seconds
    return isUrgent ? min(urgentInterval, verdictInterval) : verdictInterval
  }

  /// By the upper end of the time to the limit: who is woken must find memory really ending.
  package func urgency(of growth: GrowthFigures) -> Urgency {
    guard let latest = growth.secondsToLimitHigh else { return .ticket }
    if latest < pageWithin.seconds { return .page }
    return latest < warnWithin.seconds ? .warning : .ticket
  }
}
