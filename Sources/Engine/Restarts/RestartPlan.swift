internal import Alerting
package import TimeSeries

/// Which instance is restarted when: a value that is told how everything stands and answers with what
/// is to be done. Whoever performs it writes `changed` to disk first; an act whose record is not on disk
/// must not be done.
package struct RestartPlan: Sendable {
  package struct Answer: Sendable {
    package var steps: [RestartStep] = []
    package var acts: [RestartAct] = []
    /// Instances whose records must be on disk before the acts.
    package var changed: Set<ServiceName> = []
  }

  package var policies: [RestartPolicy]
  package var host: String
  package internal(set) var records: [ServiceName: RestartRecord]
  /// Holds that were told, until the instance is held by something else.
  private var said: [ServiceName: RestartHold.Kind] = [:]
  private var lastAdvance: Timestamp?

  /// A record of an instance that is gone is kept this long: it may stop a roll.
  private static let keptFor = TimeSpan.days(7)
  /// A longer time between two calls was slept through.
  private static let longestGap = TimeSpan.minutes(5)

  /// - Parameter records: what an earlier run left; whether its last act was done must be looked up.
  package init(
    policies: [RestartPolicy], host: String, records: [ServiceName: RestartRecord] = [:],
    at now: Timestamp
  ) {
    self.policies = policies
    self.host = host
    self.records = records.mapValues { record in
      var record = record
      record.task?.isInDoubt = true
      record.task?.since = now
      record.task?.levelSince = nil
      return record
    }
  }

  /// What became of the last act is not known, and must be looked up.
  package mutating func doubt(_ service: ServiceName) { records[service]?.task?.isInDoubt = true }

  package var isBusy: Bool { records.values.contains { $0.task != nil } }

  /// - Parameters:
  ///   - subjects: every living instance.
  ///   - sights: what was seen of those that have a task.
  ///   - windows: the window of each policy and group that has none by the clock.
  package mutating func advance(
    _ subjects: [RestartSubject], sights: [ServiceName: RestartSight],
    quietHours: (ServiceName) -> Result<DayWindow, NoQuietHours>, at now: Timestamp
  ) -> Answer {
    skipSleep(until: now)
    var answer = Answer()
    for service in records.keys.sorted() where records[service]?.task != nil {
      let subject = subjects.first { $0.service == service }
      follow(service, subject, sights[service] ?? RestartSight(), quietHours, &answer, at: now)
    }
    begin(subjects, quietHours, &answer, at: now)
    forget(subjects, &answer, at: now)
    return answer
  }

  /// Where every instance with a policy stands.
  package func standings(
    _ subjects: [RestartSubject],
    quietHours: (ServiceName) -> Result<DayWindow, NoQuietHours>, at now: Timestamp
  ) -> [RestartStanding] {
    let gates = RestartGates(subjects: subjects, records: records, host: host, now: now)
    return subjects.compactMap { subject in
      policy(of: subject).map {
        gates.standing(subject, $0, window: window(of: $0, subject.group, quietHours))
      }
    }
  }

  /// The first policy that is about it.
  package func policy(of subject: RestartSubject) -> RestartPolicy? {
    policies.first { $0.isAbout(subject) }
  }

  func window(
    of policy: RestartPolicy, _ group: ServiceName,
    _ quietHours: (ServiceName) -> Result<DayWindow, NoQuietHours>
  ) -> Result<QuietWindow, NoQuietHours> {
    let slot = policy.slot(of: host)
    switch policy.window {
    case .given(let hours, let zone):
      return .success(QuietWindow(hours.part(slot, of: policy.hostSlots), zone))
    case .found:
      return quietHours(group).map { QuietWindow($0.part(slot, of: policy.hostSlots), .utc) }
    }
  }

  /// What was waited for did not pass while the machine slept.
  private mutating func skipSleep(until now: Timestamp) {
    defer { lastAdvance = now }
    guard let lastAdvance, now - lastAdvance > Self.longestGap || now < lastAdvance else { return }
    for service in records.keys {
      guard let since = records[service]?.task?.since else { continue }
      // A clock that was set back begins anew.
      records[service]?.task?.since = now < lastAdvance ? now : since + (now - lastAdvance)
      records[service]?.task?.levelSince = nil
    }
  }

  private mutating func begin(
    _ subjects: [RestartSubject],
    _ quietHours: (ServiceName) -> Result<DayWindow, NoQuietHours>, _ answer: inout Answer,
    at now: Timestamp
  ) {
    let gates = RestartGates(subjects: subjects, records: records, host: host, now: now)
    let due = subjects.compactMap { subject -> Due? in
      guard records[subject.service]?.task == nil, let policy = policy(of: subject),
        let trigger = gates.trigger(subject, policy)
      else { return nil }
      return Due(
        subject: subject, policy: policy, trigger: trigger.trigger, reason: trigger.words,
        at: gates.dueAt(subject, policy) ?? now)
    }
    for one in due.sorted(by: { $0.order < $1.order }) {
      let service = one.subject.service
      // What began a moment ago shuts gates.
      let gates = RestartGates(subjects: subjects, records: records, host: host, now: now)
      let window = window(of: one.policy, one.subject.group, quietHours)
      if let hold = gates.hold(one.subject, one.policy, one.trigger, window: window) {
        say(hold, one, &answer, at: now)
      } else {
        said[service] = nil
        begin(one, &answer, at: now)
      }
    }
  }

  /// An instance that something asks to restart.
  private struct Due {
    var subject: RestartSubject
    var policy: RestartPolicy
    var trigger: RestartPolicy.Trigger
    var reason: String
    var at: Timestamp

    /// The most urgent first, then the one that waits longest.
    var order: (Int, Timestamp, ServiceName) {
      let rank =
        switch trigger {
        case .oomImminent: 0
        case .leak: 1
        case .maxUptime: 2
        }
      return (rank, at, subject.service)
    }
  }

  private mutating func say(
    _ hold: RestartHold, _ due: Due, _ answer: inout Answer, at now: Timestamp
  ) {
    let service = due.subject.service
    guard said[service] != hold.kind else { return }
    said[service] = hold.kind
    guard hold.kind.isNews else { return }
    answer.steps.append(
      RestartStep(
        at: now, service: service, policy: due.policy.name, what: .held,
        why: "due (\(due.reason)) and not restarted: \(hold.words)"))
  }

  private mutating func begin(_ due: Due, _ answer: inout Answer, at now: Timestamp) {
    let (subject, policy) = (due.subject, due.policy)
    guard let lifeBegan = subject.lifeBegan else { return }
    let service = subject.service
    var record = records[service] ?? RestartRecord()
    let cause = RestartCause(
      trigger: due.trigger, policy: policy.name, words: due.reason, lifeBegan: lifeBegan,
      memoryBytes: subject.memoryBytes, group: subject.group,
      unit: policy.sink == nil ? subject.unit : nil)
    if policy.isDryRun {
      // Said once of each life, at the pace of a real roll.
      guard record.rehearsed != lifeBegan else { return }
      record.rehearsed = lifeBegan
      record.task = RestartTask(stage: .pausing, since: now, cause: cause)
      let how = policy.sink.map { "asked for through \($0)" } ?? "restarted by systemd"
      answer.steps.append(
        RestartStep(
          at: now, service: service, policy: policy.name, what: .rehearsed,
          why: "would now be \(how): \(due.reason) (dry run, nothing was done)"))
    } else {
      record.task = RestartTask(stage: .preparing, since: now, cause: cause)
      answer.acts += [.forget(service), .collectEvidence(service)]
      if let unit = cause.unit {
        answer.acts.append(.look(service, unit: unit))
      }
    }
    records[service] = record
    answer.changed.insert(service)
  }

  private mutating func forget(
    _ subjects: [RestartSubject], _ answer: inout Answer, at now: Timestamp
  ) {
    let alive = Set(subjects.map(\.service))
    said = said.filter { alive.contains($0.key) }
    for (service, record) in records where !alive.contains(service) && record.task == nil {
      let newest = record.turns.last?.endedAt ?? record.rehearsed
      if let newest, now - newest < Self.keptFor { continue }
      records[service] = nil
      answer.changed.insert(service)
    }
  }
}
