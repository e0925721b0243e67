package import Alerting
package import TimeSeries

/// What one sink still has to be told, and when to try: a value without I/O.
///
/// While a sink works, several notifications travel at once. After a failure that is the
/// receiver's, one probe at a time is sent, further and further apart, until one gets through; one that
/// hangs may go on beside the next.
/// Notifications about one alert keep their order: its end never overtakes its beginning.
///
/// For a receiver that forgets, what was delivered is repeated; there an alert has one state, the
/// newest, whatever its episode.
package struct SinkLane: Sendable {
  /// What came of one attempt.
  package enum Result: Hashable, Sendable {
    case delivered(QueuedNotification)
    case postponed(QueuedNotification)
    case gaveUp(QueuedNotification, reason: String)
    /// Delivered, and kept to be told again; `isFirst` where that was not a repeat itself.
    case repeating(QueuedNotification, isFirst: Bool)
    /// A repeat that failed; it is tried again.
    case repeatFailed(QueuedNotification)
    /// A newer state has taken its place meanwhile.
    case outdated(QueuedNotification)
  }

  /// How the sink stands after an attempt, if that changed.
  package enum Change: Hashable, Sendable {
    case down(reason: String)
    case up
    case disabled(reason: String)
  }

  package static let maximumInFlight = 4
  /// A single failure is nothing to tell anyone.
  package static let failuresUntilDown = 3

  /// What `put` did.
  package struct Placement: Hashable, Sendable {
    /// False where the very same message is under way: then there is nothing to add.
    package var isNew: Bool
    /// What it took the place of, beside those of the same slot.
    package var replaced: [QueuedNotification]
    /// What had its slot, where that was tried and so may have reached the receiver.
    package var tried: QueuedNotification?
  }

  /// What waits of one alert: how many, and the newest of them.
  struct WaitingState: Hashable, Sendable {
    var count: Int
    var newest: QueuedState
  }

  package let sink: String
  package internal(set) var policy: RetryPolicy
  /// In order of arrival, without those in flight.
  package internal(set) var waiting = WaitingLine()
  /// What waits of each alert: thousands may, and most questions are about one that does not.
  var waitingStates: [AlertKey: WaitingState] = [:]
  /// No later than the moment at which the oldest of them was queued.
  var oldestQueuedAt: Timestamp?
  package internal(set) var inFlight: [String: QueuedNotification] = [:]
  /// In a row, all notifications of the sink together.
  package internal(set) var failures = 0
  package internal(set) var isDown = false
  package internal(set) var isDisabled = false
  var silentUntil: Timestamp?
  /// The first of `failures`.
  var failingSince: Timestamp?
  /// Whether one of them was a request that had its whole timeout.
  var hangs = false
  /// Of what arrived lately, since the start of the daemon.
  var slowestDelivery = TimeSpan.zero
  let longestDelay: TimeSpan
  var repetition: Repetition?
  var batchLimit = 1
  var groupWait = TimeSpan.zero
  var repeats = RepeatSchedule()
  /// Repeats among those in flight.
  var repeatsInFlight: Set<String> = []
  /// Refused in company: each is sent by itself, so that only the one at fault is given up.
  var alone: Set<String> = []
  /// Requests, each with one notification or more.
  var requestsInFlight = 0
  /// Requests begun, ever.
  package internal(set) var attemptCount = 0
  var probe: Probe?
  var straggler: Straggler?
  /// In flight when another attempt showed that the receiver works again.
  var overtaken: Set<String> = []

  package init(sink: String, policy: RetryPolicy) {
    self.sink = sink
    self.policy = policy
    longestDelay = policy.maximumDelay
  }

  /// Everything not yet delivered, on the way or not; not what a newer state has replaced.
  package var pending: [QueuedNotification] {
    let current = inFlight.values.filter {
      !isReplaced($0) && !repeatsInFlight.contains($0.id)
    }
    return current.sorted { ($0.queuedAt, $0.id) < ($1.queuedAt, $1.id) } + waiting
  }

  /// Whether an answer is still to come.
  package var hasOpenRequests: Bool { !inFlight.isEmpty || straggler != nil }

  /// What must be on disk: `pending`, and what fires and is repeated.
  package var kept: [QueuedNotification] {
    pending + repeats.firing.filter { inFlight[$0.id] == nil || repeatsInFlight.contains($0.id) }
  }

  /// What the receiver was last told of the alert, or is going to be; nil where nothing is repeated.
  /// `hasArrived`: whether it may have reached it, or stands for a beginning that may have.
  package func newest(
    of key: AlertKey
  ) -> (notification: QueuedNotification, hasArrived: Bool)? {
    guard repetition != nil else { return nil }
    if waits(key), let last = waiting.last(where: { $0.key == key }) {
      // An end waits for a receiver that knows of the beginning, whose labels it has.
      return (last, last.attempts > 0 || last.status == .resolved)
    }
    let found = inFlight.values.first { $0.key == key } ?? repeats[key]
    return found.map { ($0, true) }
  }

  /// What is on its way to the receiver of one episode; nil for nothing.
  package func queued(_ slot: QueuedNotification.Slot) -> QueuedState? {
    if let newest = waitingStates[slot.key]?.newest {
      if newest.episode == slot.episode { return newest }
      if let older = waiting.last(where: { $0.slot == slot }) { return older.state }
    }
    return inFlight.values.first { $0.slot == slot && !repeatsInFlight.contains($0.id) }?.state
  }

  /// Takes out what nobody is to be told now, beside what is under way.
  package mutating func suspend(
    _ isSilenced: (AlertKey) -> Bool
  ) -> (waiting: [QueuedNotification], repeated: [QueuedNotification]) {
    let silenced = Set(waitingStates.keys.filter(isSilenced))
    var suspended: [QueuedNotification] = []
    if !silenced.isEmpty {
      suspended = waiting.filter { silenced.contains($0.key) }
      waiting.removeAll { silenced.contains($0.key) }
      for key in silenced { waitingStates[key] = nil }
    }
    let repeated = repeats.firing.filter { isSilenced($0.key) }
    for notification in repeated { repeats.remove(notification.key) }
    return (suspended, repeated)
  }

  /// Puts `notification` in the place of an older one for the same slot, else at the end.
  package mutating func put(_ notification: QueuedNotification) -> Placement {
    if inFlight[notification.id] != nil { return Placement(isNew: false, replaced: []) }
    var replaced: [QueuedNotification] = []
    var tried: QueuedNotification?
    if repetition != nil {
      let waitingOnes = waits(notification.key) ? waiting.filter { $0.key == notification.key } : []
      let old = waitingOnes + [repeats.remove(notification.key)]
      replaced = old.compactMap { $0 }.filter { $0.slot != notification.slot }
      if waits(notification.key) {
        waiting.removeAll { $0.key == notification.key && $0.slot != notification.slot }
        let left = waiting.count { $0.key == notification.key }
        if left > 0 {
          waitingStates[notification.key]?.count = left
        } else {
          waitingStates[notification.key] = nil
        }
      }
    }
    // Most are the only one of their alert.
    let before = noteAdded(notification, isNewest: true)
    if let before, let index = waiting.firstIndex(where: { $0.slot == notification.slot }) {
      if waiting[index].attempts > 0 { tried = waiting[index] }
      waiting[index] = notification
      waitingStates[notification.key]?.count = before.count
    } else {
      waiting.append(notification)
    }
    return Placement(isNew: true, replaced: replaced, tried: tried)
  }

  /// These alerts fire still: none of them grows old. - Returns: those that are repeated.
  package mutating func confirm(_ keys: Set<AlertKey>, now: Timestamp) -> [QueuedNotification] {
    guard repetition != nil else { return [] }
    for index in waiting.indices
    where waiting[index].status == .firing && keys.contains(waiting[index].key) {
      waiting[index].queuedAt = now
    }
    return repeats.confirm(keys, now: now)
  }

  /// Takes out what is repeated though nothing has confirmed it for the age limit.
  package mutating func removeLapsed(now: Timestamp) -> [QueuedNotification] {
    repeats.removeLapsed(now: now, age: policy.maximumAge)
  }

  /// Takes out what is too old, with its reason.
  package mutating func dropHopeless(
    now: Timestamp
  ) -> [(notification: QueuedNotification, reason: String)] {
    guard let oldest = oldestQueuedAt, now - oldest > policy.maximumAge else { return [] }
    let old = waiting.filter { now - $0.queuedAt > policy.maximumAge }
    remove(Set(old.map(\.id)))
    oldestQueuedAt = waiting.map(\.queuedAt).min()
    return old.map { notification in
      let last = notification.lastFailure.map { "; at last \($0)" } ?? ""
      return (notification, "not delivered within \(policy.maximumAge)\(last)")
    }
  }

  /// Takes out of what waits.
  package mutating func remove(_ ids: Set<String>) {
    for notification in waiting where ids.contains(notification.id) {
      noteRemoved(notification.key)
    }
    waiting.removeAll { ids.contains($0.id) }
  }

  /// After a reload: a sink that was disabled or silent is asked again at once.
  package mutating func reopen(
    maximumAge: TimeSpan, repetition: Repetition? = nil, batchLimit: Int = 1,
    groupWait: TimeSpan = .zero
  ) {
    policy.maximumAge = maximumAge
    self.repetition = repetition
    self.batchLimit = batchLimit
    self.groupWait = groupWait
    // A pause longer than the repeats are apart would let what fires end at the receiver.
    if let repetition {
      policy.maximumDelay = min(longestDelay, max(repetition.interval, .seconds(1)))
    } else {
      policy.maximumDelay = longestDelay
    }
    isDisabled = false
    silentUntil = nil
  }

  /// Takes everything out that is not under way.
  package mutating func removeWaiting() -> [QueuedNotification] {
    defer { (waiting, waitingStates) = (WaitingLine(), [:]) }
    return Array(waiting)
  }

  /// Takes out what is repeated.
  package mutating func removeRepeats() -> [QueuedNotification] {
    defer { repeats = RepeatSchedule() }
    return repeats.firing
  }

  /// Makes room for many that are to be put.
  mutating func reserveCapacity(_ added: Int) {
    waitingStates.reserveCapacity(waitingStates.count + added)
  }

  func waits(_ key: AlertKey) -> Bool { waitingStates[key] != nil }

  /// - Returns: what waited of the same alert before; nil for nothing.
  @discardableResult
  mutating func noteAdded(_ notification: QueuedNotification, isNewest: Bool) -> WaitingState? {
    let added = WaitingState(count: 1, newest: notification.state)
    oldestQueuedAt = min(oldestQueuedAt ?? notification.queuedAt, notification.queuedAt)
    // Most are the only one of their alert: the key is hashed once.
    guard let before = waitingStates.updateValue(added, forKey: notification.key) else {
      return nil
    }
    let newest = isNewest ? added.newest : before.newest
    waitingStates[notification.key] = WaitingState(count: before.count + 1, newest: newest)
    return before
  }

  mutating func noteRemoved(_ key: AlertKey) {
    // Hardly ever do two wait.
    guard var state = waitingStates.removeValue(forKey: key), state.count > 1 else { return }
    state.count -= 1
    waitingStates[key] = state
  }

  /// Whether a newer state of the same alert waits.
  func isReplaced(_ notification: QueuedNotification) -> Bool {
    waits(notification.key)
      && waiting.contains { newer in
        repetition == nil ? newer.slot == notification.slot : newer.key == notification.key
      }
  }

  /// What a repeat says once it was delivered for the first time.
  package mutating func reword(_ notification: QueuedNotification) {
    repeats.reword(notification)
  }
}
