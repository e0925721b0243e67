internal import Alerting
internal import Detectors
internal import TimeSeries

extension ServiceState {
  /// The verdict on this service as the outcome of a rule; made anew when it is due.
  mutating func memoryGrowthOutcome(
    _ configured: ConfiguredRule<MemoryGrowthRule>, at now: Timestamp
  ) -> RuleOutcome {
    let rule = configured.rule
    if let last = verdict, now - last.at < rule.interval(after: last.stored.value) {
      return outcome(configured, last.stored)
    }
    let made = GrowthJudge(thresholds: rule.thresholds).judge(growthEvidence(at: now))
    let stored = Indirect.stored(made)
    verdict = (stored, now)
    return outcome(configured, stored)
  }

  private func outcome(
    _ configured: ConfiguredRule<MemoryGrowthRule>, _ stored: Indirect<GrowthVerdict>
  ) -> RuleOutcome {
    let verdict = stored.value
    var condition = Finding.Condition.notMet
    if endedAt == nil {
      if verdict.verdict.isAlerting { condition = .met }
      if verdict.verdict == .insufficientData {
        condition = .insufficientData(verdict.reasons.first ?? "too short a past")
      }
    }
    return RuleOutcome(
      kind: .memoryGrowth,
      finding: Finding(
        condition: condition, value: verdict.growth.slopeBytesPerDay, growth: verdict.growth,
        growing: verdict.growing, reasons: verdict.reasons),
      timing: configured.timing, severity: severity(configured, verdict),
      storedVerdict: stored)
  }

  private func severity(
    _ configured: ConfiguredRule<MemoryGrowthRule>, _ verdict: GrowthVerdict
  ) -> Severity {
    switch configured.rule.urgency(of: verdict.growth) {
    case .page: .page
    case .warning: .warning
    case .ticket: .ticket
    }
  }

  private func growthEvidence(at now: Timestamp) -> GrowthEvidence {
    let total =
      [Signal.unreclaimable, .workingSet, .memoryCurrent, .residentMemory, .heapUsed].lazy
      .compactMap { windows[$0]?.lastSample?.value }.first
    var (day, long) = (dayHistory(at: now), longHistory(at: now))
    if let start = judgedFrom?.seconds { (day, long) = (day.since(start), long.since(start)) }
    return GrowthEvidence(
      day: day, long: long, totalBytes: max(total ?? 0, 1_048_576),
      limitBytes: limitBytes, heapLimitBytes: latest[.heapLimit]?.value)
  }
}
