internal import Alerting
internal import Detectors
internal import TimeSeries

/// Writes the alert for the one who was woken: first line which service, what, how fast, when it
/// ends; then reasons; then what to paste.
struct AlertComposer {
  var host: String

  func alert(
    _ outcome: RuleOutcome, key: AlertKey, status: Alert.Status, startedAt: Timestamp,
    at now: Timestamp, service: ServiceState
  ) -> Alert {
    var outcome = outcome
    if key.kind == .maxUptime, status == .firing {
      outcome.finding.reasons += service.restartReasons(at: now)
      outcome.finding.growth.slopeBytesPerDay = service.restartGain(at: now)?.bytesPerDay
    }
    let fix = key.kind == .memoryGrowth ? service.fix(ofEpisode: startedAt) : nil
    let subject =
      outcome.headline.map { "\(key.service): \($0)" }
      ?? summary(outcome, name: key.service, service: service)
    let isOwn = key.kind.isOwn
    return Alert(
      key: key, status: status, severity: outcome.severity,
      episode: EpisodeID(host: host, key: key, start: startedAt), host: host,
      startedAt: startedAt, at: now,
      verdict: (outcome.verdict?.verdict ?? fix?.leak.verdict)?.rawValue,
      flavour: (outcome.verdict == nil ? fix?.leak.flavour : outcome.verdict?.flavour)?.rawValue,
      growth: outcome.finding.growth,
      growing: outcome.finding.growing ?? (outcome.kind.isAboutSize ? service.growingPart() : nil),
      summary: status == .firing
        ? subject
        : "\(key.service): \(title(outcome.kind)) is over" + Self.length(from: startedAt, to: now)
          + (fix.map { ": \($0.conclusion)" } ?? ""),
      reasons: outcome.finding.reasons
        + (key.kind == .memoryGrowth && status == .resolved ? service.plainRestartReasons : []),
      checklist: isOwn
        ? []
        : outcome.verdict.map { service.checklist($0, at: now) }
          ?? checklist(service, at: now) + service.fixAnswers + service.evidenceAnswers,
      evidence: !isOwn && outcome.kind.isAboutSize ? service.evidence : nil,
      fix: fix?.report,
      commands: isOwn
        ? Self.ownCommands(key.kind) : service.commands(growing: outcome.verdict?.growing),
      description: service.description)
  }

  /// " after 2 h"; nothing where the clock was put back to before the start.
  private static func length(from start: Timestamp, to now: Timestamp) -> String {
    now < start ? "" : " after \(now - start)"
  }

  private func title(_ kind: AlertKind) -> String {
    switch kind {
    case .memoryGrowth, .growthRule: "memory growth"
    case .gcPause: "GC pressure"
    case .oomImminent: "the approach to the memory limit"
    case .oomKill: "the time after an OOM kill"
    case .maxUptime: "an uptime over its limit"
    case .sinkFailing: "the failure of a sink"
    case .targetDown: "the silence of a target"
    case .configRejected: "the rejected configuration"
    case .stateDegraded: "the failure of the state directory"
    }
  }

  /// What shows more of LeakWatch's own trouble.
  private static func ownCommands(_ kind: AlertKind) -> [SuggestedCommand] {
    let events =
      switch kind {
      case .sinkFailing: ["sink_down", "delivery_failed"]
      case .targetDown: ["target_down", "target_up"]
      case .configRejected: ["configuration_rejected"]
      default: ["state_unavailable", "state_available"]
      }
    let matches = events.map { "LEAKWATCH_EVENT=\($0)" }.joined(separator: " + ")
    return [
      SuggestedCommand(
        purpose: "what LeakWatch has said of it", command: "journalctl -n 20 \(matches)"),
      SuggestedCommand(purpose: "what it knows now", command: "leakwatch status"),
    ]
  }

  private func summary(
    _ outcome: RuleOutcome, name: ServiceName, service: ServiceState
  ) -> String {
    let growth = outcome.finding.growth
    let limit = service.limitBytes.map { " of \(ByteCount($0))" } ?? ""
    switch outcome.kind {
    case .oomImminent:
      let rate = growth.slopeBytesPerDay.map { "+\(ByteCount($0 / 1440))/min" } ?? "rising"
      let left = growth.secondsToLimit.map { " in \(TimeSpan.seconds($0.rounded()))" } ?? " soon"
      return "\(name): memory reaches its limit\(limit)\(left) (\(rate))"
    case .memoryGrowth:
      return "\(name): \(growthSubject(outcome))\(end(growth, limit: limit))"
    case .growthRule:
      let rate = growth.slopeBytesPerDay.map { "+\(ByteCount($0))/day" } ?? "steadily"
      return "\(name): memory grows \(rate)\(end(growth, limit: limit))"
    case .sinkFailing, .targetDown, .configRejected, .stateDegraded:
      let reasons = outcome.finding.reasons
      let more = reasons.count > 1 ? "; and \(reasons.count - 1) more" : ""
      return "\(name) on \(host): \(reasons.first ?? outcome.kind.rawValue)\(more)"
    case .maxUptime: return "\(name): " + outcome.finding.reasons.prefix(2).joined(separator: "; ")
    case .gcPause, .oomKill:
      return "\(name): " + (outcome.finding.reasons.first ?? outcome.kind.rawValue)
    }
  }

  /// "memory leak, heap memory grows +132 MiB/day".
  private func growthSubject(_ outcome: RuleOutcome) -> String {
    let kind =
      switch outcome.verdict?.verdict {
      case .leak: "memory leak, "
      case .cache: "a cache that does not stop growing, "
      case .fragmentation: "fragmentation, "
      default: ""
      }
    let which = outcome.finding.growing.map { $0 == "memory" ? $0 : "\($0) memory" } ?? "memory"
    let rate = outcome.finding.growth.slopeBytesPerDay.map { "+\(ByteCount($0))/day" }
    return "\(kind)\(which) grows \(rate ?? "steadily")"
  }

  private func end(_ growth: GrowthFigures, limit: String) -> String {
    guard let left = growth.secondsToLimit else { return "" }
    let span = { (seconds: Double) in "\(TimeSpan.seconds(seconds.rounded()))" }
    let interval = growth.secondsToLimitLow.map { low in
      " (\(span(low)) to \(growth.secondsToLimitHigh.map(span) ?? "never"))"
    }
    return ", limit\(limit) in \(span(left))\(interval ?? "")"
  }

  /// What can be answered without a verdict: how full, which memory, how old.
  private func checklist(_ service: ServiceState, at now: Timestamp) -> [ChecklistAnswer] {
    var answers: [ChecklistAnswer] = []
    let parts: [(Signal, String)] = [
      (.memoryAnon, "anon"), (.memoryShmem, "shmem"), (.kernelUnreclaimable, "kernel"),
      (.memorySock, "sock"), (.memoryFile, "file"),
    ]
    let sizes = parts.compactMap { signal, name in
      service.windows[signal]?.lastSample.map { (name, $0.value) }
    }
    if !sizes.isEmpty {
      answers.append(
        ChecklistAnswer(
          question: "Which memory is in use?",
          answer: sizes.map { "\($0.0) \(ByteCount($0.1))" }.joined(separator: ", "),
          figures: Dictionary(uniqueKeysWithValues: sizes.map { ("\($0.0)_bytes", $0.1) })))
    }
    if let since = service.lives.last {
      let restarts = service.lives.count - 1
      answers.append(
        ChecklistAnswer(
          question: "Since when does this incarnation run?",
          answer: "watched for \(now - since.seenAt), "
            + (restarts == 0 ? "no restart seen" : "restarts seen: \(restarts)"),
          figures: ["watched_seconds": (now - since.seenAt).seconds, "restarts": Double(restarts)]))
    }
    return answers
  }
}

extension AlertKind {
  /// Whether the alert speaks of how much memory is in use.
  var isAboutSize: Bool {
    switch self {
    case .memoryGrowth, .growthRule, .oomImminent: true
    case .gcPause, .oomKill, .maxUptime, .sinkFailing, .targetDown, .configRejected,
      .stateDegraded:
      false
    }
  }
}
