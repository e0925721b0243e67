internal import Alerting
internal import Detectors
internal import TimeSeries

/// One rule applied to one service: what it found, and how its alert is configured.
struct RuleOutcome {
  var kind: AlertKind
  var finding: Finding
  var timing: AlertTiming
  var severity: Severity
  var storedVerdict: Indirect<GrowthVerdict>?
  /// The first line in place of the finding's own; nil where that speaks for itself.
  var headline: String?

  var verdict: GrowthVerdict? { storedVerdict?.value }
}

extension ServiceState {
  /// Applies every rule that is on. Trims logs to the ranges that end at `now`.
  mutating func evaluate(_ settings: EngineSettings, at now: Timestamp) -> [RuleOutcome] {
    let memoryGrowth = settings.memoryGrowth.map { memoryGrowthOutcome($0, at: now) }
    return [
      memoryGrowth,
      settings.growthRule.map { outcome(.growthRule, $0, growthFinding($0.rule, at: now)) },
      settings.gcPause.map { outcome(.gcPause, $0, pauseFinding($0.rule, at: now)) },
      settings.oomImminent.map { outcome(.oomImminent, $0, imminentFinding($0.rule, at: now)) },
      settings.oomKill.map { outcome(.oomKill, $0, killFinding()) },
      settings.maxUptime.map { outcome(.maxUptime, $0, uptimeFinding($0.rule, at: now)) },
    ].compactMap(\.self)
  }

  /// Takes what a rule found to its alert.
  ///
  /// - Parameter wishedWords: alerts that are to be worded anew while they fire.
  mutating func advance(
    _ outcome: RuleOutcome, host: String, wishedWords: Set<AlertKey>, at now: Timestamp
  ) -> [Effect] {
    if outcome.finding.condition == .met { growth[outcome.kind] = outcome.finding.growth }
    var alert = alerts[outcome.kind] ?? ServiceAlert()
    let key = AlertKey(service: description.name, kind: outcome.kind)
    let effects = alert.advance(
      outcome, key: key, service: self, host: host, evidenceAt: evidence?.madeAt,
      fixAt: outcome.kind == .memoryGrowth ? fix(ofEpisode: alert.firingSince)?.madeAt : nil,
      at: now, isWordingWished: wishedWords.contains(key))
    alerts[outcome.kind] = alert
    return effects
  }

  /// Ends these alerts, whatever their rules would say.
  mutating func withdraw(
    _ kinds: [AlertKind], because reason: String, host: String, at now: Timestamp
  ) -> [Effect] {
    kinds.flatMap { kind -> [Effect] in
      guard var alert = alerts[kind] else { return [] }
      let effects = alert.withdraw(
        key: AlertKey(service: description.name, kind: kind), because: reason, service: self,
        host: host, at: now)
      alerts[kind] = alert
      return effects
    }
  }

  private func outcome<Rule>(
    _ kind: AlertKind, _ configured: ConfiguredRule<Rule>, _ finding: Finding
  ) -> RuleOutcome {
    RuleOutcome(
      kind: kind, finding: finding, timing: configured.timing, severity: configured.severity)
  }

  private mutating func growthFinding(_ rule: DerivativeRule, at now: Timestamp) -> Finding {
    guard endedAt == nil else { return Finding(condition: .notMet) }
    guard let signal = growthLog?.signal else {
      return .insufficientData("no series of memory in use")
    }
    growthLog?.log.trim(before: now - rule.window, bounds: rule.dialect.rangeBounds)
    guard let log = growthLog?.log else { return .insufficientData("no series of memory in use") }
    return rule.evaluate(log, metric: signal.rawValue, limitBytes: limitBytes, at: now)
  }

  private mutating func pauseFinding(_ rule: GCPauseRule, at now: Timestamp) -> Finding {
    guard endedAt == nil else { return Finding(condition: .notMet) }
    for key in pauseLogs.keys {
      pauseLogs[key]?.trim(before: now - rule.window, bounds: rule.dialect.rangeBounds)
    }
    return rule.evaluate(pauseLogs.values, at: now)
  }

  private func imminentFinding(_ rule: OOMImminentRule, at now: Timestamp) -> Finding {
    guard endedAt == nil else { return Finding(condition: .notMet) }
    guard let limitBytes else { return .insufficientData("no memory limit is known") }
    for signal in SeriesPlan.oomPreference {
      guard let window = windows[signal] else { continue }
      return rule.evaluate(window, limitBytes: limitBytes, at: now)
    }
    return .insufficientData("no series of memory in use")
  }

  /// Met once for every kill reported since the last evaluation; the alert's `keep_firing_for`
  /// says how long it stays.
  private mutating func killFinding() -> Finding {
    guard !unseenKills.isEmpty else { return Finding(condition: .notMet) }
    let count = unseenKills.reduce(0) { $0 + $1.count }
    let evidence = Set(unseenKills.map(\.evidence)).sorted().joined(separator: "; ")
    unseenKills = []
    let times = count == 1 ? "once" : "\(count) times"
    return Finding(
      condition: .met, value: Double(count),
      reasons: ["the kernel's OOM killer struck \(times) (\(evidence))"])
  }
}
