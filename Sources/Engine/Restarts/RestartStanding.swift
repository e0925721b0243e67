package import TimeSeries

/// Where one instance stands with its policy, with the reason.
package struct RestartStanding: Hashable, Sendable {
  package enum State: Hashable, Sendable {
    /// Nothing asks for a restart.
    case resting
    /// It is due and waits for its turn.
    case waiting(RestartHold)
    /// It is due and would begin now.
    case ready
    /// A restart of it is under way.
    case busy(RestartTask.Stage)
  }

  package var service: ServiceName
  package var unit: String?
  package var policy: String
  package var isDryRun: Bool
  /// When it is due for its age; nil where age is no reason or its start is not known.
  package var dueAt: Timestamp?
  package var trigger: RestartPolicy.Trigger?
  /// Why it is due, or why nothing asks for it.
  package var reason: String
  package var state: State
  /// The first moment of the window from which it may begin; nil where no window is known.
  package var opensAt: Timestamp?
  package var lastTurn: RestartTurn?
}

/// Why an instance that is due is not restarted now.
package struct RestartHold: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case window, group, share, neighbour, stale, deploy, breaker
    case noHelp = "no_help"
    case stopped, refused
    case noWay = "no_way"
    case startUnknown = "start_unknown"

    /// Whether people are told, beside those who ask: it does not pass by itself in good time.
    package var isNews: Bool {
      switch self {
      case .window, .group, .share, .stale, .refused: false
      case .neighbour, .deploy, .breaker, .noHelp, .stopped, .noWay, .startUnknown: true
      }
    }
  }

  package var kind: Kind
  package var words: String

  init(_ kind: Kind, _ words: String) {
    self.kind = kind
    self.words = words
  }
}

/// The gates that a restart must pass, at one moment.
struct RestartGates {
  let subjects: [RestartSubject]
  let records: [ServiceName: RestartRecord]
  let host: String
  let now: Timestamp

  /// More restarts of one instance within a day are no cure.
  static let mostPerDay = 3
  /// What was last told before this says nothing of now.
  static let staleAfter = TimeSpan.minutes(10)
  static let retryAfterRefusal = TimeSpan.minutes(10)
  /// Between the act and what the sources tell of the new life, clocks and looks may differ.
  private static let slack = TimeSpan.seconds(30)
  /// A younger life has shown no leak of its own, whatever the alert of the one before says.
  private static let leakNeeds = TimeSpan.hours(6)
  private static let regrownShare = 0.9

  func standing(
    _ subject: RestartSubject, _ policy: RestartPolicy, window: Result<QuietWindow, NoQuietHours>
  ) -> RestartStanding {
    let record = records[subject.service] ?? RestartRecord()
    let dueAt = dueAt(subject, policy)
    let due = trigger(subject, policy)
    var standing = RestartStanding(
      service: subject.service, unit: subject.unit, policy: policy.name,
      isDryRun: policy.isDryRun, dueAt: dueAt, trigger: due?.trigger,
      reason: due?.words ?? rest(subject, policy, dueAt: dueAt), state: .resting, opensAt: nil,
      lastTurn: record.turns.last)
    let earliest = due == nil ? max(now, dueAt ?? now) : now
    standing.opensAt = (try? window.get())?.nextOpening(from: earliest)
    if let task = record.task {
      standing.state = .busy(task.stage)
      standing.reason = task.cause.words
    } else if let due {
      let hold = hold(subject, policy, due.trigger, window: window)
      standing.state = hold.map(RestartStanding.State.waiting) ?? .ready
    }
    return standing
  }

  func dueAt(_ subject: RestartSubject, _ policy: RestartPolicy) -> Timestamp? {
    subject.lifeBegan.flatMap { policy.dueAt(subject.service, host: host, lifeBegan: $0) }
  }

  private func rest(
    _ subject: RestartSubject, _ policy: RestartPolicy, dueAt: Timestamp?
  ) -> String {
    guard let began = subject.lifeBegan else { return "its start is not known" }
    guard let dueAt else { return "nothing asks for a restart" }
    return "up for \(now - began), due in \(dueAt - now)"
  }

  /// The most urgent reason first.
  func trigger(
    _ subject: RestartSubject, _ policy: RestartPolicy
  ) -> (trigger: RestartPolicy.Trigger, words: String)? {
    if hasRegrown(subject) {
      if policy.alsoOn.contains(.oomImminent), subject.isOOMImminent {
        return (.oomImminent, "its memory limit is reached soon")
      }
      if policy.alsoOn.contains(.leak), let leak = subject.leak,
        subject.lifeBegan.map({ now - $0 >= Self.leakNeeds }) ?? false
      {
        return (.leak, leak)
      }
    }
    guard let dueAt = dueAt(subject, policy), let began = subject.lifeBegan,
      let limit = policy.maxUptime, now >= dueAt
    else { return nil }
    return (.maxUptime, "up for \(now - began), due by \(limit)")
  }

  /// Alerts go on for a while after a restart: they ask for the next one only where memory has come
  /// back to where the last one was.
  private func hasRegrown(_ subject: RestartSubject) -> Bool {
    guard let last = records[subject.service]?.turns.last(where: { $0.outcome != .refused }),
      let before = last.memoryBytes, let memory = subject.memoryBytes,
      let began = subject.lifeBegan, began <= last.endedAt + Self.slack
    else { return true }
    return memory >= Self.regrownShare * before
  }

  /// The first gate that is shut; nil where all are open.
  func hold(
    _ subject: RestartSubject, _ policy: RestartPolicy, _ trigger: RestartPolicy.Trigger,
    window: Result<QuietWindow, NoQuietHours>
  ) -> RestartHold? {
    wayHold(subject, policy) ?? ownHold(subject, trigger, policy) ?? groupHold(subject, policy)
      ?? shareHold(policy) ?? windowHold(trigger, window)
  }

  func wayHold(_ subject: RestartSubject, _ policy: RestartPolicy) -> RestartHold? {
    guard subject.lifeBegan != nil else {
      return RestartHold(.startUnknown, "nothing tells when it began")
    }
    guard subject.unit == nil, policy.sink == nil else { return nil }
    return RestartHold(
      .noWay, "it is no unit of systemd, and its restart_policy names no sink to ask for a restart")
  }

  /// What speaks against it in its own past.
  private func ownHold(
    _ subject: RestartSubject, _ trigger: RestartPolicy.Trigger, _ policy: RestartPolicy
  ) -> RestartHold? {
    guard let toldAt = subject.toldAt, now - toldAt <= Self.staleAfter else {
      return RestartHold(.stale, "it was not seen for \(Self.staleAfter)")
    }
    let turns = records[subject.service]?.turns ?? []
    let recent = turns.filter { $0.outcome != .refused && now - $0.at < .days(1) }
    if recent.count >= Self.mostPerDay {
      return RestartHold(.breaker, "it was restarted \(recent.count) times within a day")
    }
    guard let last = turns.last else { return nil }
    if last.outcome == .noHelp, trigger != .maxUptime, isLife(subject, of: last, policy) {
      return RestartHold(
        .noHelp, "the restart of \(last.at.rfc3339) did not help: \(last.words)")
    }
    return nil
  }

  /// What speaks against it among its replicas.
  private func groupHold(_ subject: RestartSubject, _ policy: RestartPolicy) -> RestartHold? {
    let members = subjects.filter { $0.group == subject.group }
    if let stop = stop(of: subject.group, policy) { return stop }
    if let deploy = deploy(members, policy) { return deploy }
    let others = members.filter { $0.service != subject.service }
    if let busy = others.first(where: { records[$0.service]?.task != nil }) {
      return RestartHold(.group, "\(busy.service) of the same service has its turn")
    }
    if let down = others.first(where: { !$0.isUp }) {
      return RestartHold(.neighbour, "\(down.service) of the same service does not answer")
    }
    return nil
  }

  /// A roll stops where an instance did not come back, until somebody else restarted it, or a day has
  /// passed and it is there again.
  private func stop(of group: ServiceName, _ policy: RestartPolicy) -> RestartHold? {
    for (service, record) in records.sorted(by: { $0.key < $1.key }) {
      guard let last = record.turns.last else { continue }
      let subject = subjects.first { $0.service == service }
      guard (subject?.group ?? last.group) == group else { continue }
      if last.outcome == .refused, now - last.endedAt < Self.retryAfterRefusal {
        return RestartHold(.refused, "\(service) could not be restarted: \(last.words)")
      }
      guard last.outcome == .failed else { continue }
      if let subject, subject.isUp {
        if !isLife(subject, of: last, policy), subject.lifeBegan.map({ $0 > last.at }) ?? false {
          continue
        }
        if now - last.endedAt >= .days(1), subject.lifeBegan.map({ $0 >= last.at }) ?? false {
          continue
        }
      }
      return RestartHold(
        .stopped, "the roll stopped at \(service), which did not come back: \(last.words)")
    }
    return nil
  }

  private func deploy(_ members: [RestartSubject], _ policy: RestartPolicy) -> RestartHold? {
    for member in members {
      if let said = member.deployedAt, now - said < policy.deployQuiet {
        return RestartHold(.deploy, "\(member.service) is being deployed since \(said.rfc3339)")
      }
      guard let began = member.lifeBegan, now - began < policy.deployQuiet,
        !isOurs(began, of: member.service, policy)
      else { continue }
      return RestartHold(
        .deploy,
        "somebody restarted \(member.service) \(now - began) ago: a deploy may be under way")
    }
    return nil
  }

  private func shareHold(_ policy: RestartPolicy) -> RestartHold? {
    let members = subjects.count { policy.isAbout($0) }
    let most = max(1, Int(policy.maxShare * Double(members)))
    let busy = records.filter { $0.value.task?.cause.policy == policy.name }.count
    if busy < most { return nil }
    return RestartHold(.share, "\(busy) of \(members) instances have their turn, \(most) may")
  }

  /// Memory that ends within the hour does not wait for the night.
  func windowHold(
    _ trigger: RestartPolicy.Trigger, _ window: Result<QuietWindow, NoQuietHours>
  ) -> RestartHold? {
    if trigger == .oomImminent { return nil }
    switch window {
    case .failure(let reason): return RestartHold(.window, reason.description)
    case .success(let window) where window.isOpen(at: now): return nil
    case .success(let window):
      return RestartHold(.window, "outside the window \(window)")
    }
  }

  /// Whether a life is one that we began.
  private func isOurs(
    _ began: Timestamp, of service: ServiceName, _ policy: RestartPolicy
  ) -> Bool {
    let record = records[service]
    let acts = (record?.turns ?? []).filter { $0.outcome != .refused }.map { ($0.at, $0.endedAt) }
    let current = record?.task?.actedAt.map { ($0, now) }
    return (acts + [current].compactMap(\.self)).contains { at, end in
      began >= at - Self.slack && began <= end + Self.slack
    }
  }

  private func isLife(
    _ subject: RestartSubject, of turn: RestartTurn, _ policy: RestartPolicy
  ) -> Bool {
    guard let began = subject.lifeBegan else { return true }
    return began <= turn.endedAt + Self.slack
  }
}
