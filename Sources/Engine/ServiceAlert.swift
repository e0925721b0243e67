internal import Alerting
internal import Detectors
internal import TimeSeries

/// One alert of one service, or of all replicas of one: where it stands and how urgent it was when
/// people were told.
struct ServiceAlert: Sendable {
  private var machine = AlertStateMachine()
  /// The highest severity that was told in this episode; nil before it fires.
  private(set) var toldSeverity: Severity?

  /// When the newest evidence was made that was told in this episode, or that may have been told
  /// before a restart of the daemon.
  private var toldEvidenceAt: Timestamp?
  private var toldVerdict = ToldVerdict()
  /// The same of the newest word of a fix.
  private var toldFixAt: Timestamp?

  var state: AlertState { machine.state }
  var firingSince: Timestamp? { machine.firingSince }

  mutating func abandonPending(at now: Timestamp) -> AlertStateMachine.Transition? {
    machine.abandonPending(at: now)
  }

  mutating func clockMoved(by span: TimeSpan, to now: Timestamp) {
    machine.clockMoved(by: span, to: now)
    toldVerdict.clockMoved(by: span)
  }

  /// Takes what a rule found. Tells people when the alert fires, when it becomes more urgent,
  /// evidence is found or another verdict takes the place of the first while it fires, and when it
  /// ends, the end with the severity that they know.
  ///
  /// - Parameters:
  ///   - evidenceAt: when the evidence was made that the service has; nil without any.
  ///   - fixAt: when people were to be told of a fix last; nil without one.
  mutating func advance(
    _ outcome: RuleOutcome, key: AlertKey, service: @autoclosure () -> ServiceState, host: String,
    evidenceAt: Timestamp? = nil, fixAt: Timestamp? = nil, at now: Timestamp,
    isWordingWished: Bool = false
  ) -> [Effect] {
    let composer = AlertComposer(host: host)
    var outcome = outcome
    guard let change = machine.advance(observation(outcome), timing: outcome.timing, at: now) else {
      guard let since = machine.firingSince, outcome.finding.condition == .met,
        let told = toldSeverity
      else { return [] }
      let formerVerdict = toldVerdict.told
      let replacedSince = toldVerdict.replaced(by: outcome.verdict?.verdict, at: now)
      let isNews =
        outcome.severity > told || isNews(evidenceAt, of: outcome.kind) || replacedSince != nil
        || isNews(fixAt: fixAt)
      guard isNews || isWordingWished else { return [] }
      outcome.severity = max(outcome.severity, told)
      toldSeverity = outcome.severity
      if let replacedSince, let formerVerdict {
        outcome.finding.reasons.insert(
          "told as \(formerVerdict.rawValue) before; it has looked otherwise for "
            + "\(now - replacedSince)", at: 0)
      }
      if isNews {
        toldEvidenceAt = evidenceAt ?? toldEvidenceAt
        toldFixAt = fixAt ?? toldFixAt
        toldVerdict.tell(outcome.verdict?.verdict, at: now)
      }
      let alert = composer.alert(
        outcome, key: key, status: .firing, startedAt: since, at: now, service: service())
      if !isNews { return [.reworded(alert)] }
      return replacedSince == nil
        ? [.notify(alert)] : [transition(outcome, key, .firing, .firing, now), .notify(alert)]
    }
    if change.to == .firing {
      toldEvidenceAt = evidenceAt
      toldFixAt = fixAt
      toldVerdict = ToldVerdict()
      toldVerdict.tell(outcome.verdict?.verdict, at: now)
      toldSeverity = outcome.severity
    }
    if change.to == .resolved, let told = toldSeverity { outcome.severity = told }
    var effects: [Effect] = [
      transition(outcome, key, change.from, change.to, now, heldSince: change.heldSince)
    ]
    if let startedAt = change.startedAt {
      effects.append(
        .notify(
          composer.alert(
            outcome, key: key, status: change.to == .firing ? .firing : .resolved,
            startedAt: startedAt, at: now, service: service())))
    }
    return effects
  }

  private func transition(
    _ outcome: RuleOutcome, _ key: AlertKey, _ from: AlertState, _ to: AlertState, _ now: Timestamp,
    heldSince: Timestamp? = nil
  ) -> Effect {
    .transition(
      AlertTransition(
        key: key, from: from, to: to, at: now, heldSince: heldSince, severity: outcome.severity,
        verdict: outcome.verdict?.verdict.rawValue, flavour: outcome.verdict?.flavour?.rawValue,
        growth: outcome.finding.growth, reasons: outcome.finding.reasons))
  }

  /// Ends the alert though its condition may hold still, as nobody will ask after it any more.
  mutating func withdraw(
    key: AlertKey, because reason: String, service: @autoclosure () -> ServiceState, host: String,
    at now: Timestamp
  ) -> [Effect] {
    if let change = machine.abandonPending(at: now) {
      return [.abandoned(key, change, because: reason)]
    }
    let outcome = RuleOutcome(
      kind: key.kind, finding: Finding(condition: .notMet, reasons: [reason]),
      timing: AlertTiming(hold: .zero, keepFiring: .zero), severity: toldSeverity ?? .ticket)
    return advance(outcome, key: key, service: service(), host: host, at: now)
  }

  /// Whether word of a fix is to be told while the alert fires.
  func isNews(fixAt: Timestamp?) -> Bool {
    guard state == .firing, let fixAt else { return false }
    return toldFixAt.map { fixAt > $0 } ?? true
  }

  private func isNews(_ evidenceAt: Timestamp?, of kind: AlertKind) -> Bool {
    guard kind.isAboutSize, let evidenceAt else { return false }
    return toldEvidenceAt.map { evidenceAt > $0 } ?? true
  }

  private func observation(_ outcome: RuleOutcome) -> AlertStateMachine.Observation {
    switch outcome.finding.condition {
    case .met: .met
    case .notMet: .notMet
    case .insufficientData: .unknown
    }
  }
}

extension Effect {
  /// What was pending will not fire.
  static func abandoned(
    _ key: AlertKey, _ change: AlertStateMachine.Transition, because reason: String
  ) -> Effect {
    .transition(
      AlertTransition(
        key: key, from: change.from, to: change.to, at: change.at, severity: .ticket, verdict: nil,
        flavour: nil, growth: GrowthFigures(), reasons: [reason]))
  }
}

extension ServiceAlert: StateCodable {
  func write(to writer: inout StateWriter) {
    writer.write(machine)
    writer.write(toldSeverity?.rawValue)
  }

  init(from reader: inout StateReader) throws(StateFault) {
    machine = try reader.value()
    let text = try reader.optional { reader throws(StateFault) in try reader.text() }
    toldSeverity = text.flatMap(Severity.init)
    guard (text == nil) == (toldSeverity == nil) else { throw reader.fault("severity") }
  }

  mutating func resume(at now: Timestamp) {
    machine.resume(at: now)
    if machine.state == .firing { (toldEvidenceAt, toldFixAt) = (now, now) }
  }
}

/// The growth alert that replicas share.
struct ReplicaAlert: Sendable {
  var alert = ServiceAlert()
  /// Places of the replicas among the services.
  var members: [Int] = []
}
