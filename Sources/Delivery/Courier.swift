package import Alerting
package import TimeSeries

/// Brings alerts to sinks: on disk first, then on the way, again and again until the receiver has
/// them or they are given up. One sink that fails never delays another.
///
/// Confined to the event loop's thread.
package final class Courier {
  private let transport: any NotificationTransport
  private let surroundings: CourierSurroundings
  private let policy: RetryPolicy
  private let onEvent: (DeliveryEvent) -> Void
  private let ledger: OutboxLedger
  private var sinks: [any NotificationSink] = []
  private var lanes: [String: SinkLane] = [:]
  private var cancelAlarm: (() -> Void)?
  private var isPumping = false
  private var mustPumpAgain = false
  private var drain: Drain?
  /// When the disk last heard which of the repeated alerts fire still.
  private var lastConfirmation: Timestamp?

  /// How much younger than on disk a repeated alert may be: a restart takes the disk's word.
  private static let confirmationLag = TimeSpan.minutes(10)

  private struct Drain {
    var deadline: Timestamp
    var completion: (DrainResult) -> Void
  }

  /// How a drain ended.
  package struct DrainResult: Hashable, Sendable {
    /// Not delivered, on disk for the next start.
    package var keptCount: Int
    /// Not delivered and nowhere to keep: told to the journal.
    package var lostCount: Int
  }

  /// - Parameters:
  ///   - outbox: nil works in memory alone.
  ///   - onEvent: called on the same thread, between two steps; it may call back.
  package init(
    transport: any NotificationTransport, outbox: (any NotificationOutbox)?,
    policy: RetryPolicy = RetryPolicy(), surroundings: CourierSurroundings,
    onEvent: @escaping (DeliveryEvent) -> Void
  ) {
    self.transport = transport
    self.surroundings = surroundings
    self.policy = policy
    self.onEvent = onEvent
    ledger = OutboxLedger(outbox, onEvent: onEvent)
  }

  /// Begins with what waits on disk. Call once.
  package func start(sinks: [any NotificationSink]) {
    for notification in ledger.load() {
      _ = lanes[notification.sink, default: lane(for: notification.sink)].put(notification)
    }
    use(sinks: sinks)
  }

  /// The sinks of a new configuration. What waits for a sink that is gone is given up; a sink that
  /// was disabled is asked again.
  package func use(sinks: [any NotificationSink]) {
    self.sinks = sinks
    let names = Set(sinks.map(\.name))
    for name in lanes.keys.sorted() where !names.contains(name) {
      let orphans = lanes[name]?.removeWaiting() ?? []
      giveUp(orphans.map { ($0, "the sink is no longer in the configuration") })
      ledger.remove((lanes[name]?.removeRepeats() ?? []).map(\.id))
      if lanes[name]?.inFlight.isEmpty ?? true { lanes[name] = nil }
    }
    let known = Set(lanes.keys)
    for sink in sinks {
      lanes[sink.name, default: lane(for: sink.name)].reopen(
        maximumAge: sink.maximumAge, repetition: sink.repetition, batchLimit: sink.batchLimit)
    }
    for sink in sinks where !known.contains(sink.name) { inform(newMember: sink, among: known) }
    pump()
  }

  /// A new member of a receiver is told what the others know.
  private func inform(newMember sink: any NotificationSink, among known: Set<String>) {
    guard let group = sink.repetition?.group,
      let sibling = sinks.first(where: {
        $0.repetition?.group == group && known.contains($0.name)
      })
    else { return }
    let now = surroundings.now()
    let firing = (lanes[sibling.name]?.kept ?? []).filter { $0.status == .firing }
    let added = firing.map { notification in
      var copy = notification
      copy.id = "\(notification.id)-\(sink.name)"
      copy.sink = sink.name
      (copy.attempts, copy.nextAttempt, copy.lastFailure) = (0, now, nil)
      return copy
    }
    for notification in added { _ = lanes[sink.name]?.put(notification) }
    if !added.isEmpty { ledger.keep(added, allPending: { self.kept }) }
  }

  /// Queues each alert for every sink that wants it, all in one transaction, and sends.
  package func notify(_ alerts: [Alert]) {
    let now = surroundings.now()
    var added: [QueuedNotification] = []
    var replaced: [String] = []
    for alert in alerts {
      for sink in sinks {
        let earlier = lanes[sink.name]?.newest(of: alert.key)
        // Whoever was told of the beginning is told of the end.
        let isEnd = alert.status == .resolved && earlier != nil
        guard sink.wants(alert) || isEnd else { continue }
        let body = sink.body(
          for: alert, after: earlier?.notification, hasArrived: earlier?.hasArrived ?? false)
        let notification = Self.notification(alert, for: sink, body, at: now)
        let placement = lanes[sink.name, default: lane(for: sink.name)].put(notification)
        if placement.isNew { added.append(notification) }
        replaced += placement.replaced
      }
    }
    // The new state first: what stops in between leaves both, and the newer one is put last.
    if !added.isEmpty { ledger.keep(added, allPending: { self.kept }) }
    if !replaced.isEmpty { ledger.remove(replaced) }
    pump()
  }

  /// These alerts fire still. A receiver that forgets is told of the others, whom a restart left
  /// behind, no longer than for their sink's `maximumAge`.
  package func confirm(firing keys: Set<AlertKey>) {
    let now = surroundings.now()
    var confirmed: [QueuedNotification] = []
    for name in lanes.keys { confirmed += lanes[name]?.confirm(keys, now: now) ?? [] }
    let last = lastConfirmation ?? now
    lastConfirmation = last
    // A clock that was put back counts as time that has passed.
    guard !confirmed.isEmpty, now - last >= Self.confirmationLag || now < last else { return }
    lastConfirmation = now
    ledger.keep(
      lanes.values.flatMap(\.kept).filter { keys.contains($0.key) && $0.status == .firing },
      allPending: { self.kept })
  }

  /// How many wait for each sink, those under way included.
  package var waitingCounts: [String: Int] { lanes.mapValues(\.pending.count) }

  /// Sends what can be sent until nothing is left or `limit` is over, then calls back once.
  package func drain(within limit: TimeSpan, completion: @escaping (DrainResult) -> Void) {
    drain = Drain(deadline: surroundings.now() + limit, completion: completion)
    pump()
  }

  private var pending: [QueuedNotification] {
    lanes.keys.sorted().flatMap { lanes[$0]?.pending ?? [] }
  }

  private var kept: [QueuedNotification] {
    lanes.keys.sorted().flatMap { lanes[$0]?.kept ?? [] }
  }

  private func lane(for sink: String) -> SinkLane { SinkLane(sink: sink, policy: policy) }

  /// Sends whatever may be sent now and sets the alarm for the rest. A transport that answers
  /// within `post` only marks another round.
  private func pump() {
    mustPumpAgain = true
    if isPumping { return }
    isPumping = true
    while mustPumpAgain {
      mustPumpAgain = false
      for sink in sinks { serve(sink) }
    }
    isPumping = false
    setAlarm()
    finishDrainIfDone()
  }

  private func serve(_ sink: any NotificationSink) {
    let now = surroundings.now()
    giveUp(lanes[sink.name]?.dropHopeless(now: now) ?? [])
    let lapsed = lanes[sink.name]?.removeLapsed(now: now) ?? []
    ledger.remove(lapsed.map(\.id))
    for notification in lapsed { onEvent(.lapsed(notification)) }
    while let batch = lanes[sink.name]?.takeBatch(now: now, withRepeats: drain == nil),
      !batch.isEmpty
    {
      send(batch, to: sink, now: now)
    }
  }

  private func send(
    _ batch: [QueuedNotification], to sink: any NotificationSink, now: Timestamp
  ) {
    let fitting = batch.filter { $0.format == sink.format }
    let others = batch.filter { $0.format != sink.format }
    if !others.isEmpty {
      lanes[sink.name]?.abandon(ids: others.map(\.id), isWholeBatch: fitting.isEmpty)
      giveUp(others.map { ($0, "it was worded for a sink of another type") })
    }
    guard !fitting.isEmpty else { return }
    let ids = fitting.map(\.id)
    do {
      let request = try sink.request(for: fitting, at: now)
      transport.post(request) { [weak self] outcome in
        self?.finish(ids, sink: sink, sink.judge(outcome))
      }
    } catch {
      finish(ids, sink: sink, .failed(reason: error.description))
    }
  }

  private func finish(_ ids: [String], sink: any NotificationSink, _ outcome: DeliveryOutcome) {
    let now = surroundings.now()
    let end = lanes[sink.name]?.finish(
      ids: ids, outcome, now: now, random: surroundings.random())
    guard let end, !end.results.isEmpty else { return }
    var delivered: [QueuedNotification] = []
    for result in end.results {
      switch result {
      case .delivered(let notification): delivered.append(notification)
      case .repeating(let notification, let isFirst): settle(notification, isFirst, of: sink)
      case .postponed(let notification):
        ledger.postpone(notification)
        onEvent(.postponed(notification))
      case .gaveUp(let notification, let reason): giveUp([(notification, reason)])
      case .repeatFailed, .outdated: break
      }
    }
    if !delivered.isEmpty { ledger.remove(delivered.map(\.id)) }
    for notification in delivered { onEvent(.delivered(notification)) }
    if let change = end.change { tell(change, of: sink.name) }
    pump()
  }

  /// What was delivered and is repeated stays on disk while it fires: a restart goes on with it.
  private func settle(
    _ notification: QueuedNotification, _ isFirst: Bool, of sink: any NotificationSink
  ) {
    guard isFirst else { return }
    var settled = notification
    settled.body = sink.repeatedBody(of: notification)
    lanes[sink.name]?.reword(settled)
    if settled.status == .firing {
      ledger.keep([settled], allPending: { self.kept })
    } else {
      ledger.remove([settled.id])
    }
    onEvent(.delivered(notification))
  }

  private func tell(_ change: SinkLane.Change, of sink: String) {
    let count = lanes[sink]?.pending.count ?? 0
    switch change {
    case .down(let reason): onEvent(.sinkDown(sink: sink, reason: reason, waitingCount: count))
    case .up: onEvent(.sinkUp(sink: sink, waitingCount: count))
    case .disabled(let reason):
      onEvent(.sinkDisabled(sink: sink, reason: reason, waitingCount: count))
    }
  }

  private func giveUp(_ hopeless: [(notification: QueuedNotification, reason: String)]) {
    if hopeless.isEmpty { return }
    ledger.remove(hopeless.map(\.notification.id))
    for (notification, reason) in hopeless { onEvent(.gaveUp(notification, reason: reason)) }
  }

  private func setAlarm() {
    cancelAlarm?()
    cancelAlarm = nil
    let now = surroundings.now()
    let wakeups =
      sinks.compactMap { lanes[$0.name]?.nextWakeup(now: now, withRepeats: drain == nil) }
      + [drain?.deadline]
    guard let next = wakeups.compactMap(\.self).min() else { return }
    cancelAlarm = surroundings.setAlarm(max(.zero, next - now)) { [weak self] in
      self?.cancelAlarm = nil
      self?.pump()
    }
  }

  private func finishDrainIfDone() {
    guard let drain else { return }
    let now = surroundings.now()
    let isBusy = lanes.values.contains { lane in
      !lane.inFlight.isEmpty
        || lane.nextWakeup(now: now, withRepeats: false).map { $0 < drain.deadline } ?? false
    }
    if isBusy, now < drain.deadline { return }
    self.drain = nil
    let left = pending
    let isKept = ledger.isCurrent
    if !isKept {
      for notification in left {
        onEvent(.gaveUp(notification, reason: "LeakWatch stops and has no disk to keep it on"))
      }
    }
    drain.completion(
      DrainResult(keptCount: isKept ? left.count : 0, lostCount: isKept ? 0 : left.count))
  }

  private static func notification(
    _ alert: Alert, for sink: any NotificationSink, _ body: [UInt8], at now: Timestamp
  ) -> QueuedNotification {
    QueuedNotification(
      id: NotificationID.make(sink: sink.name, alert: alert), sink: sink.name, format: sink.format,
      key: alert.key, episode: alert.episode, status: alert.status, severity: alert.severity,
      summary: alert.summary, body: body, queuedAt: now)
  }
}
