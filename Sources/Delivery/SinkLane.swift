package import Alerting
package import TimeSeries

/// What one sink still has to be told, and when to try: a value without I/O.
///
/// While a sink works, several notifications travel at once. After a failure that is the
/// receiver's, one probe at a time is sent, further and further apart, until one gets through.
/// Notifications about one alert keep their order: its end never overtakes its beginning.
package struct SinkLane: Sendable {
  /// What came of one attempt.
  package enum Result: Hashable, Sendable {
    case delivered(QueuedNotification)
    case postponed(QueuedNotification)
    case gaveUp(QueuedNotification, reason: String)
    /// A newer state has taken its place meanwhile, or it is unknown.
    case outdated
  }

  /// How the sink stands after an attempt, if that changed.
  package enum Change: Hashable, Sendable {
    case down(reason: String)
    case up
    case disabled(reason: String)
  }

  package static let maximumInFlight = 4
  package static let maximumWaiting = 1000
  /// A single failure is nothing to tell anyone.
  package static let failuresUntilDown = 3

  package let sink: String
  package private(set) var policy: RetryPolicy
  /// In order of arrival, without those in flight.
  package private(set) var waiting: [QueuedNotification] = []
  package private(set) var inFlight: [String: QueuedNotification] = [:]
  /// In a row, all notifications of the sink together.
  package private(set) var failures = 0
  package private(set) var isDown = false
  package private(set) var isDisabled = false
  private var silentUntil: Timestamp?

  package init(sink: String, policy: RetryPolicy) {
    self.sink = sink
    self.policy = policy
  }

  /// Everything not yet delivered, on the way or not; not what a newer state has replaced.
  package var pending: [QueuedNotification] {
    let replaced = Set(waiting.map(\.slot))
    let current = inFlight.values.filter { !replaced.contains($0.slot) }
    return current.sorted { ($0.queuedAt, $0.id) < ($1.queuedAt, $1.id) } + waiting
  }

  /// Puts `notification` in the place of an older one for the same slot, else at the end. Returns
  /// false where the very same message is under way: then there is nothing to add.
  package mutating func put(_ notification: QueuedNotification) -> Bool {
    if inFlight[notification.id] != nil { return false }
    if let index = waiting.firstIndex(where: { $0.slot == notification.slot }) {
      waiting[index] = notification
    } else {
      waiting.append(notification)
    }
    return true
  }

  /// Takes out what is too old, and the oldest of too many: each with its reason.
  package mutating func dropHopeless(
    now: Timestamp
  ) -> [(notification: QueuedNotification, reason: String)] {
    var dropped: [(QueuedNotification, String)] = []
    while waiting.count > Self.maximumWaiting {
      dropped.append(
        (waiting.removeFirst(), "more than \(Self.maximumWaiting) notifications wait for this sink")
      )
    }
    let old = waiting.filter { now - $0.queuedAt > policy.maximumAge }
    waiting.removeAll { now - $0.queuedAt > policy.maximumAge }
    dropped += old.map { notification in
      let last = notification.lastFailure.map { "; at last \($0)" } ?? ""
      return (notification, "not delivered within \(policy.maximumAge)\(last)")
    }
    return dropped
  }

  /// The next notification to send now, which is in flight from here on; nil if none may be sent.
  package mutating func takeNext(now: Timestamp) -> QueuedNotification? {
    let allowed = failures > 0 ? 1 : Self.maximumInFlight
    guard !isDisabled, inFlight.count < allowed, notBefore(silentUntil, now: now) <= now else {
      return nil
    }
    // Whatever failed least goes first, so that one poisoned message cannot hold up the rest.
    let index = sendable.filter { notBefore(waiting[$0].nextAttempt, now: now) <= now }
      .min { (waiting[$0].attempts, $0) < (waiting[$1].attempts, $1) }
    guard let index else { return nil }
    let notification = waiting.remove(at: index)
    inFlight[notification.id] = notification
    return notification
  }

  /// When to ask again, if nothing else happens; nil if nothing waits or an answer is due first.
  package func nextWakeup(now: Timestamp) -> Timestamp? {
    let expiry = waiting.map { $0.queuedAt + policy.maximumAge + TimeSpan(milliseconds: 1) }.min()
    let allowed = failures > 0 ? 1 : Self.maximumInFlight
    guard !isDisabled, inFlight.count < allowed else { return expiry }
    let first = sendable.map { notBefore(waiting[$0].nextAttempt, now: now) }.min()
    let next = first.map { max($0, notBefore(silentUntil, now: now)) }
    return [expiry, next].compactMap(\.self).min().map { max($0, now) }
  }

  /// The end of the attempt that `takeNext` began for `id`.
  package mutating func finish(
    id: String, _ outcome: DeliveryOutcome, now: Timestamp, random: Double
  ) -> (result: Result, change: Change?) {
    guard var notification = inFlight.removeValue(forKey: id) else { return (.outdated, nil) }
    notification.attempts += 1
    var change = note(outcome, now: now, random: random)
    let decision = policy.decide(
      outcome, attempts: notification.attempts, queuedAt: notification.queuedAt, now: now,
      random: random)
    switch decision {
    case .delivered: return (.delivered(notification), change)
    case .giveUp(let reason): return (.gaveUp(notification, reason: reason), change)
    case .retry(let moment, let reason):
      return (postpone(notification, until: moment, reason: reason), change)
    case .disableSink(let reason):
      change = isDisabled ? nil : .disabled(reason: reason)
      isDisabled = true
      return (postpone(notification, until: now, reason: reason), change)
    }
  }

  /// Ends an attempt that was never made.
  package mutating func abandon(id: String) {
    inFlight[id] = nil
  }

  /// After a reload: a sink that was disabled or silent is asked again at once.
  package mutating func reopen(maximumAge: TimeSpan) {
    policy.maximumAge = maximumAge
    isDisabled = false
    silentUntil = nil
  }

  /// Takes everything out that is not under way.
  package mutating func removeWaiting() -> [QueuedNotification] {
    defer { waiting = [] }
    return waiting
  }

  /// Indices of what may be sent as far as order goes: the first of each alert, unless an earlier
  /// message about that alert is under way.
  private var sendable: [Int] {
    var taken = Set(inFlight.values.map(\.key))
    return waiting.indices.filter { taken.insert(waiting[$0].key).inserted }
  }

  private mutating func postpone(
    _ notification: QueuedNotification, until moment: Timestamp, reason: String
  ) -> Result {
    if waiting.contains(where: { $0.slot == notification.slot }) { return .outdated }
    var postponed = notification
    postponed.nextAttempt = moment
    postponed.lastFailure = reason
    // Back to the front: it is older than everything of its alert that waits.
    waiting.insert(postponed, at: 0)
    return .postponed(postponed)
  }

  /// What an attempt says of the receiver as a whole: it works, or it is given a pause that grows
  /// with every failure in a row.
  private mutating func note(
    _ outcome: DeliveryOutcome, now: Timestamp, random: Double
  ) -> Change? {
    if outcome.showsWorkingReceiver {
      (failures, silentUntil) = (0, nil)
      guard isDown else { return nil }
      isDown = false
      for index in waiting.indices { waiting[index].nextAttempt = now }
      return .up
    }
    failures += 1
    silentUntil = now + policy.pause(after: outcome, failures: failures, now: now, random: random)
    guard failures >= Self.failuresUntilDown, !isDown else { return nil }
    isDown = true
    return .down(reason: outcome.reason)
  }

  /// `moment`, or now for none. A moment further away than any that this policy sets comes from a
  /// clock that was put back: it is over.
  private func notBefore(_ moment: Timestamp?, now: Timestamp) -> Timestamp {
    guard let moment, moment <= now + max(policy.maximumRetryAfter, policy.maximumDelay)
    else { return now }
    return moment
  }
}
