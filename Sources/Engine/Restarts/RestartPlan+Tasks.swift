internal import Alerting
internal import TimeSeries

/// A restart that has begun, from stage to stage.
extension RestartPlan {
  /// What has not been collected by then is done without.
  private static let evidenceWithin = TimeSpan.minutes(1)
  private static let lookWithin = TimeSpan.minutes(2)
  /// A receiver that restarts in our place has so long.
  private static let requestedWithin = TimeSpan.hours(1)
  /// Memory that moves by less is at rest.
  private static let restingShare = 0.05
  /// A restart that gives back less of the memory did not help.
  private static let leastRelief = 0.1

  mutating func follow(
    _ service: ServiceName, _ subject: RestartSubject?, _ sight: RestartSight,
    _ quietHours: (ServiceName) -> Result<DayWindow, NoQuietHours>, _ answer: inout Answer,
    at now: Timestamp
  ) {
    guard let task = records[service]?.task else { return }
    guard let policy = policies.first(where: { $0.name == task.cause.policy }) else {
      // A reload took the policy away; what was asked of systemd is done by systemd.
      records[service]?.task = nil
      answer.changed.insert(service)
      answer.acts.append(.forget(service))
      return
    }
    var turn = TaskTurn(
      service: service, subject: subject, sight: sight, policy: policy, task: task, now: now)
    switch task.stage {
    case .preparing:
      turn.prepare(
        window: window(of: policy, subject?.group ?? service, quietHours),
        gates: RestartGates(
          subjects: subject.map { [$0] } ?? [], records: [:], host: host, now: now))
    case .restarting: turn.restart()
    case .requesting: turn.request()
    case .settling: turn.settle()
    case .pausing: turn.pause()
    }
    answer.steps += turn.steps
    answer.acts += turn.acts
    guard turn.task != task || turn.ending != nil else { return }
    records[service]?.task = turn.ending == nil ? turn.task : turn.next
    if let ending = turn.ending?.turn { records[service]?.end(ending) }
    answer.changed.insert(service)
    if records[service]?.task == nil { answer.acts.append(.forget(service)) }
  }

  private struct Ending {
    /// nil where nothing was done.
    var turn: RestartTurn?
  }

  /// One look at one task.
  private struct TaskTurn {
    let service: ServiceName
    let subject: RestartSubject?
    let sight: RestartSight
    let policy: RestartPolicy
    var task: RestartTask
    let now: Timestamp
    var steps: [RestartStep] = []
    var acts: [RestartAct] = []
    /// The task is over; with a turn where something was done.
    var ending: Ending?
    /// What comes after an ending: a pause, or nothing.
    var next: RestartTask?

    private var unit: String? { task.cause.unit }
    private var elapsed: TimeSpan { max(.zero, now - task.since) }

    private var freshUnit: RestartSight.Unit? {
      guard let unit = sight.unit, let at = sight.unitAt, at >= task.since else { return nil }
      return unit
    }

    // MARK: Before

    mutating func prepare(window: Result<QuietWindow, NoQuietHours>, gates: RestartGates) {
      guard let subject, subject.lifeBegan == task.cause.lifeBegan else {
        return abandon("it was restarted by somebody else, or has ended")
      }
      if let hold = gates.windowHold(task.cause.trigger, window) { return abandon(hold.words) }
      guard sight.evidence != nil || elapsed >= RestartPlan.evidenceWithin else {
        if task.isInDoubt { acts.append(.collectEvidence(service)) }
        task.isInDoubt = false
        return
      }
      if policy.sink != nil { return begin(.requesting, invocation: "") }
      guard let unit else { return abandon("it is no unit of systemd") }
      guard let seen = freshUnit else {
        if elapsed >= RestartPlan.lookWithin {
          return end(.refused, sight.lookFailure ?? "systemd does not answer")
        }
        return acts.append(.look(service, unit: unit))
      }
      guard seen.activeState == "active", !seen.hasJob else {
        let doing = seen.hasJob ? "has a job already" : "is \(seen.activeState)"
        return abandon("\(unit) \(doing): somebody else is at work")
      }
      begin(.restarting, invocation: seen.invocation)
      acts.append(.restart(service, unit: unit))
    }

    private mutating func begin(_ stage: RestartTask.Stage, invocation: String) {
      task.stage = stage
      task.since = now
      task.actedAt = now
      task.invocation = invocation
      task.isInDoubt = false
      let evidence =
        sight.evidence ?? "no evidence was collected within \(RestartPlan.evidenceWithin)"
      if stage == .requesting {
        acts.append(requestAct)
        tell(.requested, "\(task.cause.words); \(evidence)")
      } else {
        tell(.begun, "\(task.cause.words); \(evidence)")
      }
    }

    // MARK: The act

    mutating func restart() {
      if let refusal = sight.refusal { return end(.refused, refusal) }
      switch sight.jobResult {
      case "done": return settleNow()
      case let result? where result != "skipped":
        return end(.failed, "systemd's job ended with \"\(result)\"")
      default: break
      }
      guard let unit else { return }
      if task.isInDoubt, let seen = freshUnit { return resolveDoubt(seen, unit) }
      if elapsed >= policy.healthyWithin {
        return end(.failed, "systemd's job was not done within \(policy.healthyWithin)")
      }
      if task.isInDoubt { acts.append(.look(service, unit: unit)) }
    }

    /// After a crash, or where the job's end was missed: was it done?
    private mutating func resolveDoubt(_ seen: RestartSight.Unit, _ unit: String) {
      if seen.hasJob || ["activating", "deactivating", "reloading"].contains(seen.activeState) {
        if elapsed >= policy.healthyWithin {
          return end(.failed, "\(unit) is \(seen.activeState) after \(policy.healthyWithin)")
        }
        return acts.append(.look(service, unit: unit))
      }
      guard seen.activeState == "active" else {
        return end(.failed, "\(unit) is \(seen.activeState)")
      }
      if seen.invocation != task.invocation { return settleNow() }
      task.isInDoubt = false
      task.since = now
      acts.append(.restart(service, unit: unit))
      tell(.begun, "LeakWatch ended before systemd was asked: \(task.cause.words)")
    }

    private var requestAct: RestartAct {
      let at = (task.actedAt ?? now).milliseconds
      return .request(
        service, sink: policy.sink ?? "", id: "restart-\(service.text)-\(at)", cause: task.cause)
    }

    mutating func request() {
      let isNew = subject?.lifeBegan.map { $0 > task.cause.lifeBegan } ?? false
      if isNew { return settleNow() }
      if sight.isAccepted, !task.isAccepted { task.isAccepted = true }
      if task.isAccepted, subject == nil { return finish("it is gone, as was asked") }
      guard elapsed < RestartPlan.requestedWithin else {
        let who = policy.sink ?? ""
        let reason =
          task.isAccepted
          ? "\(who) took the request and nobody restarted it within \(RestartPlan.requestedWithin)"
          : sight.refusal ?? "\(who) did not take the request"
        return end(task.isAccepted ? .failed : .refused, reason)
      }
      if !task.isAccepted { acts.append(requestAct) }
    }

    // MARK: Afterwards

    private mutating func settleNow() {
      task.stage = .settling
      task.since = now
      task.isInDoubt = false
      task.level = nil
      task.levelSince = nil
      askAround()
    }

    private mutating func askAround() {
      if policy.sink == nil, let unit { acts.append(.look(service, unit: unit)) }
      if let url = healthURL { acts.append(.probe(service, url: url)) }
    }

    private var healthURL: String? {
      let instance = unit.flatMap { unit in
        unit.firstIndex(of: "@").map { unit[unit.index(after: $0)...].dropLast(".service".count) }
      }
      return policy.healthURL?.replacingFirst("{instance}", with: String(instance ?? ""))
    }

    mutating func settle() {
      if let seen = freshUnit, seen.activeState == "failed", !seen.hasJob {
        return end(.failed, "\(unit ?? service.text) has failed")
      }
      let lacking = lacking()
      if lacking.isEmpty { return finish(nil) }
      if elapsed >= policy.healthyWithin {
        return end(
          .failed, "not well within \(policy.healthyWithin): \(lacking.joined(separator: ", "))")
      }
      askAround()
    }

    /// What is missing until it counts as well.
    private mutating func lacking() -> [String] {
      var lacking: [String] = []
      if policy.sink == nil {
        switch freshUnit?.activeState {
        case "active": break
        case let state?: lacking.append("the unit is \(state)")
        case nil: lacking.append("systemd did not tell how the unit is")
        }
      }
      if policy.healthURL != nil {
        switch sight.health {
        case .well: break
        case .ill(let reason): lacking.append(reason)
        case nil: lacking.append("its health URL has not answered")
        }
      }
      if !hasSettled() { lacking.append("its memory has not settled") }
      return lacking
    }

    private mutating func hasSettled() -> Bool {
      // Figures of the life before are none of this one.
      guard let subject, let began = subject.lifeBegan, began > task.cause.lifeBegan,
        let toldAt = subject.toldAt, toldAt >= task.since, let memory = subject.memoryBytes
      else { return false }
      guard let level = task.level, let since = task.levelSince,
        abs(memory - level) <= RestartPlan.restingShare * level
      else {
        task.level = memory
        task.levelSince = now
        return policy.settleFor <= .zero
      }
      return now - since >= policy.settleFor
    }

    private mutating func finish(_ words: String?) {
      let after = subject?.memoryBytes
      let isAboutMemory = task.cause.trigger != .maxUptime
      let figures = both(task.cause.memoryBytes, after).map { before, after in
        "memory \(ByteCount(before)) → \(ByteCount(after))"
      }
      let relief = both(task.cause.memoryBytes, after).map { ($0 - $1) / max(1, $0) }
      if isAboutMemory, words == nil, let relief, relief < RestartPlan.leastRelief {
        return end(.noHelp, figures ?? "its memory is as before")
      }
      end(.helped, words ?? ["it is well", figures].compactMap(\.self).joined(separator: "; "))
    }

    mutating func pause() {
      guard elapsed >= policy.pause else { return }
      ending = Ending(turn: nil)
    }

    // MARK: The end

    /// Before anything was done: it has its turn again later.
    private mutating func abandon(_ reason: String) {
      tell(.held, "due (\(task.cause.words)) and not restarted: \(reason)")
      var pause = task
      pause.stage = .pausing
      pause.since = now
      ending = Ending(turn: nil)
      next = pause
    }

    private mutating func end(_ outcome: RestartTurn.Outcome, _ words: String) {
      let turn = RestartTurn(
        at: task.actedAt ?? task.since, endedAt: now, trigger: task.cause.trigger,
        policy: policy.name, group: task.cause.group, outcome: outcome, words: words,
        memoryBytes: task.cause.memoryBytes)
      ending = Ending(turn: turn)
      if outcome == .helped || outcome == .noHelp {
        var pause = task
        pause.stage = .pausing
        pause.since = now
        next = pause
      }
      switch outcome {
      case .helped: tell(.done, words)
      case .noHelp:
        tell(.failed, "the restart did not help, and is not tried again for its memory: \(words)")
      case .failed: tell(.failed, "\(words); the roll stops")
      case .refused: tell(.failed, "it was not restarted: \(words)")
      }
    }

    private mutating func tell(_ what: RestartStep.What, _ why: String) {
      steps.append(
        RestartStep(at: now, service: service, policy: policy.name, what: what, why: why))
    }
  }
}

/// Both, or nothing.
private func both<First, Second>(_ first: First?, _ second: Second?) -> (First, Second)? {
  guard let first, let second else { return nil }
  return (first, second)
}

extension String {
  fileprivate func replacingFirst(_ part: String, with other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
