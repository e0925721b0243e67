package import TimeSeries

extension Configuration {
  /// `[rules]`: what raises an alert.
  package struct Rules: Sendable, Equatable {
    package var evaluationInterval = TimeSpan.seconds(60)
    package var growthRule = GrowthRule()
    package var gcPause = GCPause()
    package var oomImminent = OOMImminent()
    package var oomKill = OOMKill()
    package var maxUptime = MaxUptime()

    package init() {}
  }
}
