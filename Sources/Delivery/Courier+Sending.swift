internal import Alerting
internal import TimeSeries

/// One attempt from the lane to the sink and back.
extension Courier {
  /// A new member of a receiver is told what the others know.
  func inform(newMember sink: any NotificationSink, among known: Set<String>) {
    guard let group = sink.repetition?.group,
      let sibling = sinks.first(where: {
        $0.repetition?.group == group && known.contains($0.name)
      })
    else { return }
    let now = surroundings.now()
    let firing = (lanes[sibling.name]?.lane.kept ?? []).filter { $0.status == .firing }
    let added = firing.map {
      $0.readdressed(to: sink.name, id: "\($0.id)-\(sink.name)", at: now)
    }
    for notification in added { _ = lanes[sink.name]?.lane.put(notification) }
    commit(OutboxChange(kept: added))
  }

  func serve(_ sink: any NotificationSink) {
    guard let place = lanes[sink.name] else { return }
    let now = surroundings.now()
    giveUp(place.lane.dropHopeless(now: now))
    let lapsed = place.lane.removeLapsed(now: now)
    forgetLapsed(lapsed)
    for notification in lapsed { onEvent(.lapsed(notification)) }
    if let (ids, waited) = place.lane.leaveProbe(now: now) {
      finish(ids, sink: sink, .failed(reason: "no answer within \(waited)"))
    }
    while true {
      let batch = place.lane.takeBatch(now: now, withRepeats: drain == nil)
      if batch.isEmpty { break }
      send(batch, from: place, to: sink, now: now)
    }
  }

  func send(
    _ batch: [QueuedNotification], from place: LanePlace, to sink: any NotificationSink,
    now: Timestamp
  ) {
    var fitting = batch
    let others = batch.filter { !sink.reads($0.message) }
    if !others.isEmpty {
      fitting.removeAll { !sink.reads($0.message) }
      place.lane.abandon(ids: others.map(\.id), isWholeBatch: fitting.isEmpty)
      giveUp(others.map { ($0, "it waited as words for a sink of another type") })
    }
    guard !fitting.isEmpty else { return }
    let ids = fitting.map(\.id)
    do {
      var request = try sink.request(for: fitting, at: now)
      let timeout = request.timeout
      request.timeout = place.lane.requestTimeout(within: timeout, now: now)
      let attempt = place.lane.attemptCount
      transport.post(request) { [weak self] outcome in
        let judged = sink.judge(outcome)
        self?.noteSpan(of: judged, at: sink.name, since: now, within: timeout)
        self?.finish(ids, attempt, sink: sink, judged)
      }
    } catch {
      finish(ids, sink: sink, .failed(reason: error.description))
    }
  }

  private func noteSpan(
    of outcome: DeliveryOutcome, at sink: String, since start: Timestamp, within timeout: TimeSpan
  ) {
    let span = surroundings.now() - start
    if outcome.isDelivery {
      // Anything else is the clock's doing.
      if span >= .zero, span <= timeout { lanes[sink]?.lane.noteDelivery(took: span) }
    } else if case .failed = outcome, span.seconds >= 0.9 * timeout.seconds {
      lanes[sink]?.lane.noteHang()
    }
  }

  /// - Parameter attempt: whose request has ended; nil where the lane waits for it no more.
  func finish(
    _ ids: [String], _ attempt: Int? = nil, sink: any NotificationSink, _ outcome: DeliveryOutcome
  ) {
    let now = surroundings.now()
    // Chance comes from the kernel, and only a pause needs it.
    let random = outcome.isDelivery ? 0 : surroundings.random()
    guard let place = lanes[sink.name] else { return }
    let late = attempt.flatMap {
      place.lane.finishStraggler(attempt: $0, outcome, now: now, random: random)
    }
    let end = late ?? place.lane.finish(ids: ids, outcome, now: now, random: random)
    guard !end.results.isEmpty || end.change != nil || late != nil else { return }
    var delivered: [QueuedNotification] = []
    var postponed: [QueuedNotification] = []
    var outdated: [QueuedNotification] = []
    for result in end.results {
      switch result {
      case .delivered(let notification): delivered.append(notification)
      case .repeating(let notification, let isFirst): settle(notification, isFirst, of: sink)
      case .postponed(let notification):
        postponed.append(notification)
      case .gaveUp(let notification, let reason): giveUp([(notification, reason)])
      case .outdated(let notification): outdated.append(notification)
      case .repeatFailed: break
      }
    }
    settle(outdated: outdated, of: sink, at: now)
    ledger.postpone(postponed)
    for notification in postponed { onEvent(.postponed(notification)) }
    var change = OutboxChange()
    conclude(delivered, at: now, &change)
    if !change.isEmpty { ledger.hold(change, at: now, everything: everything) }
    for notification in delivered { onEvent(.delivered(notification)) }
    if let change = end.change { tell(change, of: sink.name) }
    // What came back to the queue while a silence began, or is repeated.
    suspendSilenced()
    pump()
  }

  /// What was delivered and is repeated stays on disk while it fires: a restart goes on with it.
  func settle(
    _ notification: QueuedNotification, _ isFirst: Bool, of sink: any NotificationSink
  ) {
    guard isFirst else { return }
    var settled = notification
    settled.message = sink.repeatedMessage(of: notification)
    lanes[sink.name]?.lane.reword(settled)
    var change = OutboxChange()
    if settled.status == .firing {
      change.kept = [settled]
      note(settled, at: surroundings.now(), &change)
    } else {
      conclude([settled], at: surroundings.now(), &change)
    }
    commit(change)
    onEvent(.delivered(notification))
  }

  /// Of an older episode it has a row of its own, and it may have arrived.
  private func settle(
    outdated: [QueuedNotification], of sink: any NotificationSink, at now: Timestamp
  ) {
    var change = OutboxChange(removed: outdated)
    if sink.repetition == nil {
      for notification in outdated { noteTried(notification, at: now, &change) }
    }
    commit(change)
  }

  func tell(_ change: SinkLane.Change, of sink: String) {
    let count = lanes[sink]?.lane.pending.count ?? 0
    switch change {
    case .down(let reason): onEvent(.sinkDown(sink: sink, reason: reason, waitingCount: count))
    case .up: onEvent(.sinkUp(sink: sink, waitingCount: count))
    case .disabled(let reason):
      onEvent(.sinkDisabled(sink: sink, reason: reason, waitingCount: count))
    }
  }

  /// Of too many that wait the least severe are given up, and of those the oldest.
  func giveUpTooMany() {
    let excess = lanes.values.reduce(0) { $0 + $1.lane.waiting.count } - waitingLimit
    guard excess > 0 else { return }
    let doomed = lanes.values.flatMap(\.lane.waiting)
      .sorted { ($0.severity, $0.queuedAt, $0.id) < ($1.severity, $1.queuedAt, $1.id) }
      .prefix(excess)
    let bySink = Dictionary(grouping: doomed, by: \.sink)
    for (sink, notifications) in bySink { lanes[sink]?.lane.remove(Set(notifications.map(\.id))) }
    giveUp(
      doomed.map { ($0, "more than \(waitingLimit) alerts wait, and it is of the least urgent") })
  }

  func giveUp(_ hopeless: [(notification: QueuedNotification, reason: String)]) {
    if hopeless.isEmpty { return }
    var change = OutboxChange()
    conclude(hopeless.map(\.notification), at: surroundings.now(), &change)
    commit(change)
    for (notification, reason) in hopeless { onEvent(.gaveUp(notification, reason: reason)) }
  }

  private func forgetLapsed(_ lapsed: [QueuedNotification]) {
    var change = OutboxChange(removed: lapsed)
    for slot in lapsed.map(\.slot) where told[slot] != nil {
      told[slot] = nil
      change.untold.append(slot)
    }
    commit(change)
  }
}
