internal import Alerting
internal import Detectors
internal import Engine
internal import TimeSeries
internal import WatchConfiguration

extension EngineSettings {
  /// What the configuration means to the Engine.
  init(_ configuration: Configuration, host: String) {
    let shape = WindowShape(configuration.windows)
    self.init(
      host: host, windowShape: shape,
      seriesLimit: configuration.windows.seriesBound(bytesPerSeries: shape.bytesPerSeries),
      sampleInterval: Self.sampleInterval(configuration),
      memoryGrowth: Self.memoryGrowth(configuration.rules.memoryGrowth),
      growthRule: Self.growthRule(configuration.rules.growthRule),
      gcPause: Self.gcPause(configuration.rules.gcPause),
      oomImminent: Self.oomImminent(configuration.rules.oomImminent),
      oomKill: Self.oomKill(configuration.rules.oomKill),
      maxUptime: Self.maxUptime(configuration.rules.maxUptime))
    own = Self.own(configuration.rules)
  }

  private static func own(_ rules: Configuration.Rules) -> [AlertKind: OwnRule] {
    let troubles: [AlertKind: any OwnTrouble] = [
      .sinkFailing: rules.sinkFailing, .targetDown: rules.targetDown,
      .stateDegraded: rules.stateDegraded,
    ]
    var own = troubles.filter(\.value.isEnabled).mapValues {
      OwnRule(patience: $0.holdDuration, severity: $0.severity)
    }
    if rules.configRejected.isEnabled {
      own[.configRejected] = OwnRule(patience: .zero, severity: rules.configRejected.severity)
    }
    return own
  }

  private static func sampleInterval(_ configuration: Configuration) -> TimeSpan {
    let cgroups = configuration.cgroups.isEnabled ? [configuration.cgroups.interval] : []
    let others =
      configuration.exporters.map(\.interval) + configuration.prometheusServers.map(\.interval)
      + configuration.exporterDiscoveries.map(\.template.interval)
    return (others + cgroups).min() ?? .minutes(1)
  }

  private static func memoryGrowth(
    _ rule: Configuration.MemoryGrowth
  ) -> ConfiguredRule<MemoryGrowthRule>? {
    guard rule.isEnabled else { return nil }
    return ConfiguredRule(
      rule: MemoryGrowthRule(
        thresholds: GrowthThresholds(rule), pageWithin: rule.pageWithin,
        warnWithin: rule.warnWithin,
        fix: FixRule(
          watch: rule.fixWatch, fixedBelow: rule.fixedBelow, leakingAbove: rule.leakingAbove)),
      timing: AlertTiming(hold: rule.holdDuration, keepFiring: rule.keepFiringFor),
      severity: .ticket)
  }

  private static func growthRule(
    _ rule: Configuration.GrowthRule
  ) -> ConfiguredRule<DerivativeRule>? {
    guard rule.isEnabled else { return nil }
    return ConfiguredRule(
      rule: DerivativeRule(
        window: rule.window, thresholdBytesPerDay: rule.threshold.bytesPerDay,
        dialect: .prometheus2),
      timing: AlertTiming(hold: rule.holdDuration, keepFiring: rule.keepFiringFor),
      severity: rule.severity)
  }

  private static func gcPause(_ rule: Configuration.GCPause) -> ConfiguredRule<GCPauseRule>? {
    guard rule.isEnabled else { return nil }
    return ConfiguredRule(
      rule: GCPauseRule(window: rule.window, threshold: rule.threshold, dialect: .prometheus2),
      timing: AlertTiming(hold: rule.holdDuration, keepFiring: rule.keepFiringFor),
      severity: rule.severity)
  }

  private static func oomImminent(
    _ rule: Configuration.OOMImminent
  ) -> ConfiguredRule<OOMImminentRule>? {
    guard rule.isEnabled else { return nil }
    return ConfiguredRule(
      rule: OOMImminentRule(horizon: rule.within),
      timing: AlertTiming(hold: rule.holdDuration, keepFiring: rule.keepFiringFor),
      severity: rule.severity)
  }

  private static func oomKill(_ rule: Configuration.OOMKill) -> ConfiguredRule<OOMKillRule>? {
    guard rule.isEnabled else { return nil }
    return ConfiguredRule(
      rule: OOMKillRule(), timing: AlertTiming(hold: .zero, keepFiring: rule.keepFiringFor),
      severity: rule.severity)
  }

  private static func maxUptime(
    _ rule: Configuration.MaxUptime
  ) -> ConfiguredRule<MaxUptimeRule>? {
    guard rule.isEnabled else { return nil }
    return ConfiguredRule(
      rule: MaxUptimeRule(limit: rule.maxUptime, services: rule.services),
      timing: AlertTiming(hold: .zero, keepFiring: .zero), severity: rule.severity)
  }
}

extension WindowShape {
  /// Buckets of equal width over the span. A floor is an hour wide, less where the floors would
  /// otherwise be no finer than the whole window.
  init(_ windows: Configuration.Windows) {
    let width = TimeSpan(
      milliseconds: max(1, windows.span.milliseconds / Int64(windows.buckets)))
    let floor = min(TimeSpan.hours(1), max(width, TimeSpan.seconds(windows.floorSpan.seconds / 24)))
    self.init(
      bucketWidth: width, bucketCount: windows.buckets, floorWidth: floor,
      floorCount: max(1, Int(windows.floorSpan.milliseconds / floor.milliseconds)))
  }
}

extension GrowthThresholds {
  init(_ rule: Configuration.MemoryGrowth) {
    self.init()
    dayWindows = [
      Window(hours: 6, Demand(rule.sixHours), decisive: Demand(rule.sixHoursDecisive)),
      Window(hours: 12, Demand(rule.halfDay), unslowed: Demand(rule.halfDayUnslowed)),
      Window(
        hours: 24, Demand(rule.day), decisive: Demand(rule.dayDecisive),
        unslowed: Demand(rule.dayUnslowed)),
    ]
    longWindows = [
      Window(hours: 48, Demand(rule.twoDays)),
      Window(hours: 96, Demand(rule.fourDays)),
      Window(hours: 336, Demand(rule.twoWeeks)),
    ]
    contrast = rule.contrast
    leastMemoryBytes = Double(rule.leastMemoryBytes)
    lateShare = rule.lateShare
    warmUpSeconds = rule.warmUp.seconds
  }
}

extension GrowthThresholds.Demand {
  init(_ demand: Configuration.WindowDemand) {
    self.init(
      evidence: demand.evidence, agreement: demand.agreement, growthPerDay: demand.growth)
  }
}
