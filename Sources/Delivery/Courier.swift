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
      if lanes[name]?.inFlight.isEmpty ?? true { lanes[name] = nil }
    }
    for sink in sinks {
      lanes[sink.name, default: lane(for: sink.name)].reopen(maximumAge: sink.maximumAge)
    }
    pump()
  }

  /// Queues each alert for every sink that wants it, all in one transaction, and sends.
  package func notify(_ alerts: [Alert]) {
    let now = surroundings.now()
    var added: [QueuedNotification] = []
    for alert in alerts {
      for sink in sinks where sink.wants(alert) {
        let notification = Self.notification(alert, for: sink, at: now)
        if lanes[sink.name, default: lane(for: sink.name)].put(notification) {
          added.append(notification)
        }
      }
    }
    if !added.isEmpty { ledger.keep(added, allPending: { self.pending }) }
    pump()
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
    while let notification = lanes[sink.name]?.takeNext(now: now) {
      send(notification, to: sink, now: now)
    }
  }

  private func send(
    _ notification: QueuedNotification, to sink: any NotificationSink, now: Timestamp
  ) {
    guard notification.format == sink.format else {
      lanes[sink.name]?.abandon(id: notification.id)
      return giveUp([(notification, "it was worded for a sink of another type")])
    }
    do {
      let request = try sink.request(for: notification, at: now)
      transport.post(request) { [weak self] outcome in
        self?.finish(notification.id, sink: sink.name, outcome)
      }
    } catch {
      finish(notification.id, sink: sink.name, .failed(reason: error.description))
    }
  }

  private func finish(_ id: String, sink: String, _ outcome: DeliveryOutcome) {
    let now = surroundings.now()
    let end = lanes[sink]?.finish(id: id, outcome, now: now, random: surroundings.random())
    guard let end else { return }
    switch end.result {
    case .delivered(let notification):
      ledger.remove([notification.id])
      onEvent(.delivered(notification))
    case .postponed(let notification):
      ledger.postpone(notification)
      onEvent(.postponed(notification))
    case .gaveUp(let notification, let reason): giveUp([(notification, reason)])
    case .outdated: break
    }
    if let change = end.change { tell(change, of: sink) }
    pump()
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
    let wakeups = sinks.compactMap { lanes[$0.name]?.nextWakeup(now: now) } + [drain?.deadline]
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
      !lane.inFlight.isEmpty || lane.nextWakeup(now: now).map { $0 < drain.deadline } ?? false
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
    _ alert: Alert, for sink: any NotificationSink, at now: Timestamp
  ) -> QueuedNotification {
    QueuedNotification(
      id: NotificationID.make(sink: sink.name, alert: alert), sink: sink.name, format: sink.format,
      key: alert.key, episode: alert.episode, status: alert.status, severity: alert.severity,
      summary: alert.summary, body: sink.body(for: alert), queuedAt: now)
  }
}
