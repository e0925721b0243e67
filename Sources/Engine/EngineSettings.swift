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
  /// Most series that are kept; beyond it new ones are left out and said. A window is one series,
  /// a log of exact samples as many as its bytes are worth.
  package var seriesLimit: Int
  /// Between two scrapes of the most eager source: what the length of a log is reckoned from.
  package var sampleInterval: TimeSpan
  package var memoryGrowth: ConfiguredRule<MemoryGrowthRule>?
  package var growthRule: ConfiguredRule<DerivativeRule>?
  package var gcPause: ConfiguredRule<GCPauseRule>?
  package var oomImminent: ConfiguredRule<OOMImminentRule>?
  package var oomKill: ConfiguredRule<OOMKillRule>?
  package var maxUptime: ConfiguredRule<MaxUptimeRule>?
  /// Rules about LeakWatch itself; one that is missing is off.
  package var own: [AlertKind: OwnRule] = [:]

  package init(
    host: String, windowShape: WindowShape = .standard, seriesLimit: Int = 100_000,
    sampleInterval: TimeSpan = .minutes(1),
    memoryGrowth: ConfiguredRule<MemoryGrowthRule>? = nil,
    growthRule: ConfiguredRule<DerivativeRule>? = nil,
    gcPause: ConfiguredRule<GCPauseRule>? = nil,
    oomImminent: ConfiguredRule<OOMImminentRule>? = nil,
    oomKill: ConfiguredRule<OOMKillRule>? = nil,
    maxUptime: ConfiguredRule<MaxUptimeRule>? = nil
  ) {
    self.host = host
    self.windowShape = windowShape
    self.seriesLimit = seriesLimit
    self.sampleInterval = sampleInterval
    self.memoryGrowth = memoryGrowth
    self.growthRule = growthRule
    self.gcPause = gcPause
    self.oomImminent = oomImminent
    self.oomKill = oomKill
    self.maxUptime = maxUptime
  }
}

extension EngineSettings {
  /// Rules that nothing evaluates.
  var kindsThatAreOff: [AlertKind] {
    AlertKind.allCases.filter { kind in
      switch kind {
      case .memoryGrowth: memoryGrowth == nil
      case .growthRule: growthRule == nil
      case .gcPause: gcPause == nil
      case .oomImminent: oomImminent == nil
      case .oomKill: oomKill == nil
      case .maxUptime: maxUptime == nil
      // Ended where they are looked at.
      case .sinkFailing, .targetDown, .configRejected, .stateDegraded: false
      }
    }
  }

  /// What a sample of memory takes in a log on average: whole bytes; pages take half of it.
  static let logBytesPerMemorySample: Int64 = 4
  /// What a sample of pause time takes: a double, and the change of step.
  static let logBytesPerPauseSample: Int64 = 10

  /// How many series the log of a collector's pauses counts for under `rule`.
  func seriesWorth(ofPausesUnder rule: GCPauseRule) -> Int {
    seriesWorth(ofLogOver: rule.window, bytesPerSample: Self.logBytesPerPauseSample)
  }

  /// How many series a log over `span` counts for in the bound on memory.
  func seriesWorth(
    ofLogOver span: TimeSpan, bytesPerSample: Int64 = logBytesPerMemorySample
  ) -> Int {
    let samples = span.milliseconds / max(1, sampleInterval.milliseconds) + 1
    let bytes = Int(clamping: samples * bytesPerSample)
    return max(1, (bytes + windowShape.bytesPerSeries - 1) / windowShape.bytesPerSeries)
  }
}
