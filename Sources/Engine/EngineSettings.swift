package import Alerting
package import Detectors
package import TimeSeries

/// One rule as it is configured: what it asks, how patient it is, how loud.
package struct ConfiguredRule<Rule: Sendable>: Sendable {
  package var rule: Rule
  package var timing: AlertTiming
  package var severity: Severity

  package init(rule: Rule, timing: AlertTiming, severity: Severity) {
    self.rule = rule
    self.timing = timing
    self.severity = severity
  }
}

/// An OOM kill has no parameters: it happened or it did not.
package struct OOMKillRule: Hashable, Sendable {
  package init() {}
}

/// Everything the Engine is told once and not by events. A nil rule is off.
package struct EngineSettings: Sendable {
  package var host: String
  package var windowShape: WindowShape
  /// Most series (windows and logs) that are kept; beyond it new ones are left out and said.
  package var seriesLimit: Int
  package var growthRule: ConfiguredRule<DerivativeRule>?
  package var gcPause: ConfiguredRule<GCPauseRule>?
  package var oomImminent: ConfiguredRule<OOMImminentRule>?
  package var oomKill: ConfiguredRule<OOMKillRule>?

  package init(
    host: String, windowShape: WindowShape = .standard, seriesLimit: Int = 100_000,
    growthRule: ConfiguredRule<DerivativeRule>? = nil,
    gcPause: ConfiguredRule<GCPauseRule>? = nil,
    oomImminent: ConfiguredRule<OOMImminentRule>? = nil,
    oomKill: ConfiguredRule<OOMKillRule>? = nil
  ) {
    self.host = host
    self.windowShape = windowShape
    self.seriesLimit = seriesLimit
    self.growthRule = growthRule
    self.gcPause = gcPause
    self.oomImminent = oomImminent
    self.oomKill = oomKill
  }
}
