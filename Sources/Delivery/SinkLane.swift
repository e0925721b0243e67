package import Alerting
package import TimeSeries

/// What one sink still has to be told, and when to try: a value without I/O.
///
/// While a sink works, several notifications travel at once. After a failure that is the
/// receiver's, one probe at a time is sent, further and further apart, until one gets through.
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

  /// What `put` did.
  package struct Placement: Hashable, Sendable {
    /// False where the very same message is under way: then there is nothing to add.
    package var isNew: Bool
    /// Ids of what it took the place of, beside those of the same slot.
    package var replaced: [String]
  }

  package let sink: String
  package private(set) var policy: RetryPolicy
  /// In order of arrival, without those in flight.
  package private(set) var waiting: [QueuedNotification] = []
  /// How many of each alert wait: thousands may, and most questions are about one that does not.
  private var waitingCounts: [AlertKey: Int] = [:]
  package private(set) var inFlight: [String: QueuedNotification] = [:]
  /// In a row, all notifications of the sink together.
  package private(set) var failures = 0
  package private(set) var isDown = false
  package private(set) var isDisabled = false
  private var silentUntil: Timestamp?
  private let longestDelay: TimeSpan
  private var repetition: Repetition?
  private var batchLimit = 1
  private var repeats = RepeatSchedule()
  /// Repeats among those in flight.
  private var repeatsInFlight: Set<String> = []
  /// Refused in company: each is sent by itself, so that only the one at fault is given up.
  private var alone: Set<String> = []
  /// Requests, each with one notification or more.
  private var requestsInFlight = 0

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

  /// What must be on disk: `pending`, and what fires and is repeated.
  package var kept: [QueuedNotification] {
    pending + repeats.firing.filter { inFlight[$0.id] == nil || repeatsInFlight.contains($0.id) }
  }

  /// What the receiver was last told of the alert, or is going to be; nil where nothing is repeated.
  /// `hasArrived`: whether it may have reached it.
  package func newest(
    of key: AlertKey
  ) -> (notification: QueuedNotification, hasArrived: Bool)? {
    guard repetition != nil else { return nil }
    if waits(key), let last = waiting.last(where: { $0.key == key }) {
      return (last, last.attempts > 0)
    }
    let found = inFlight.values.first { $0.key == key } ?? repeats[key]
    return found.map { ($0, true) }
  }

  /// Puts `notification` in the place of an older one for the same slot, else at the end.
  package mutating func put(_ notification: QueuedNotification) -> Placement {
    if inFlight[notification.id] != nil { return Placement(isNew: false, replaced: []) }
    var replaced: [String] = []
    if repetition != nil {
      let waitingOnes = waits(notification.key) ? waiting.filter { $0.key == notification.key } : []
      let old = waitingOnes + [repeats.remove(notification.key)]
      replaced = old.compactMap { $0 }.filter { $0.slot != notification.slot }.map(\.id)
      if waits(notification.key) {
        waiting.removeAll { $0.key == notification.key && $0.slot != notification.slot }
        let left = waiting.count { $0.key == notification.key }
        waitingCounts[notification.key] = left > 0 ? left : nil
      }
    }
    if waits(notification.key),
      let index = waiting.firstIndex(where: { $0.slot == notification.slot })
    {
      waiting[index] = notification
    } else {
      waiting.append(notification)
      waitingCounts[notification.key, default: 0] += 1
    }
    return Placement(isNew: true, replaced: replaced)
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

  /// Takes out what is too old, and the oldest of too many: each with its reason.
  package mutating func dropHopeless(
    now: Timestamp
  ) -> [(notification: QueuedNotification, reason: String)] {
    var dropped: [(QueuedNotification, String)] = []
    while waiting.count > waitingLimit {
      dropped.append(
        (waiting.removeFirst(), "more than \(waitingLimit) notifications wait for this sink"))
    }
    for (notification, _) in dropped { noteRemoved(notification.key) }
    let old = waiting.filter { now - $0.queuedAt > policy.maximumAge }
    for notification in old { noteRemoved(notification.key) }
    waiting.removeAll { now - $0.queuedAt > policy.maximumAge }
    dropped += old.map { notification in
      let last = notification.lastFailure.map { "; at last \($0)" } ?? ""
      return (notification, "not delivered within \(policy.maximumAge)\(last)")
    }
    return dropped
  }

  /// What to send now in one request, which is in flight from here on; empty if nothing may be sent.
  package mutating func takeBatch(
    now: Timestamp, withRepeats: Bool = true
  ) -> [QueuedNotification] {
    guard !isDisabled, requestsInFlight < requestLimit, notBefore(silentUntil, now: now) <= now
    else { return [] }
    var batch = takeWaiting(now: now)
    if withRepeats, batch.allSatisfy({ !alone.contains($0.id) }) {
      addRepeats(to: &batch, now: now)
    }
    for notification in batch { inFlight[notification.id] = notification }
    if !batch.isEmpty { requestsInFlight += 1 }
    return batch
  }

  /// When to ask again, if nothing else happens; nil if nothing waits or an answer is due first.
  package func nextWakeup(now: Timestamp, withRepeats: Bool = true) -> Timestamp? {
    let expiry = waiting.map { $0.queuedAt + policy.maximumAge + TimeSpan(milliseconds: 1) }.min()
    guard !isDisabled, requestsInFlight < requestLimit else { return expiry }
    let first = sendable.map { notBefore(waiting[$0].nextAttempt, now: now) }.min()
    let repeated = withRepeats ? repeats.nextDue(now: now, excluding: keysUnderWay) : nil
    let next = [first, repeated].compactMap(\.self).min()
      .map { max($0, notBefore(silentUntil, now: now)) }
    return [expiry, next].compactMap(\.self).min().map { max($0, now) }
  }

  /// The end of the attempt that `takeBatch` began for `ids`: what came of each, in their order.
  package mutating func finish(
    ids: [String], _ outcome: DeliveryOutcome, now: Timestamp, random: Double
  ) -> (results: [Result], change: Change?) {
    let batch = ids.compactMap { inFlight.removeValue(forKey: $0) }
    guard !batch.isEmpty else { return ([], nil) }
    requestsInFlight -= 1
    var change = note(outcome, now: now, random: random)
    let results = batch.map { notification in
      let wasRepeat = repeatsInFlight.remove(notification.id) != nil
      var notification = notification
      notification.attempts += 1
      let decision = policy.decide(
        outcome, attempts: notification.attempts, queuedAt: notification.queuedAt, now: now,
        random: random)
      if case .disableSink(let reason) = decision {
        change = isDisabled ? change : .disabled(reason: reason)
        isDisabled = true
      }
      if case .giveUp = decision, batch.count > 1, outcome.showsWorkingReceiver {
        alone.insert(notification.id)
        return again(notification, wasRepeat, at: now, reason: outcome.reason, now: now)
      }
      alone.remove(notification.id)
      switch decision {
      case .delivered: return delivered(notification, wasRepeat, now: now)
      case .giveUp(let reason):
        if isReplaced(notification) { return .outdated }
        repeats.remove(notification.key)
        return .gaveUp(notification, reason: reason)
      case .retry(let moment, let reason):
        return again(notification, wasRepeat, at: moment, reason: reason, now: now)
      case .disableSink(let reason):
        return again(notification, wasRepeat, at: now, reason: reason, now: now)
      }
    }
    return (results, change)
  }

  /// Ends an attempt that was never made, for some of a batch or for all of it.
  package mutating func abandon(ids: [String], isWholeBatch: Bool) {
    for id in ids {
      if let notification = inFlight.removeValue(forKey: id) { repeats.remove(notification.key) }
      repeatsInFlight.remove(id)
    }
    if isWholeBatch { requestsInFlight -= 1 }
  }

  /// After a reload: a sink that was disabled or silent is asked again at once.
  package mutating func reopen(
    maximumAge: TimeSpan, repetition: Repetition? = nil, batchLimit: Int = 1
  ) {
    policy.maximumAge = maximumAge
    self.repetition = repetition
    self.batchLimit = batchLimit
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
    defer { (waiting, waitingCounts) = ([], [:]) }
    return waiting
  }

  /// Takes out what is repeated.
  package mutating func removeRepeats() -> [QueuedNotification] {
    defer { repeats = RepeatSchedule() }
    return repeats.firing
  }

  /// A receiver that forgets gets all that fires at once after a restart of LeakWatch.
  private var waitingLimit: Int {
    repetition == nil ? Self.maximumWaiting : Self.maximumWaiting * Self.repeatedFactor
  }

  private static let repeatedFactor = 10

  private var requestLimit: Int { failures > 0 ? 1 : Self.maximumInFlight }

  private var keysUnderWay: Set<AlertKey> { Set(inFlight.values.map(\.key)) }

  /// The first of what waits, and as many more as go into one request.
  private mutating func takeWaiting(now: Timestamp) -> [QueuedNotification] {
    // Whatever failed least goes first, so that one poisoned message cannot hold up the rest.
    let due = sendable.filter { notBefore(waiting[$0].nextAttempt, now: now) <= now }
      .sorted { (waiting[$0].attempts, $0) < (waiting[$1].attempts, $1) }
    guard let first = due.first else { return [] }
    let isAlone = alone.contains(waiting[first].id)
    let chosen =
      isAlone
      ? [first] : due.filter { !alone.contains(waiting[$0].id) }.prefix(batchLimit).map(\.self)
    let batch = chosen.map { waiting[$0] }
    for index in chosen.sorted(by: >) { noteRemoved(waiting.remove(at: index).key) }
    return batch
  }

  private mutating func addRepeats(to batch: inout [QueuedNotification], now: Timestamp) {
    let taken = keysUnderWay.union((batch + waiting).map(\.key))
    var due = repeats.takeDue(now: now, excluding: taken, atMost: batchLimit - batch.count)
    if let lonely = due.first(where: { alone.contains($0.id) }) {
      due = batch.isEmpty ? [lonely] : due.filter { !alone.contains($0.id) }
    }
    repeatsInFlight.formUnion(due.map(\.id))
    batch += due
  }

  private mutating func delivered(
    _ notification: QueuedNotification, _ wasRepeat: Bool, now: Timestamp
  ) -> Result {
    guard let repetition, !isReplaced(notification) else { return .delivered(notification) }
    var told = notification
    (told.attempts, told.lastFailure) = (0, nil)
    guard repeats.delivered(told, now: now, repetition: repetition) else {
      return .delivered(notification)
    }
    return .repeating(told, isFirst: !wasRepeat)
  }

  private mutating func again(
    _ notification: QueuedNotification, _ wasRepeat: Bool, at moment: Timestamp, reason: String,
    now: Timestamp
  ) -> Result {
    guard wasRepeat else { return postpone(notification, until: moment, reason: reason) }
    repeats.failed(notification, now: now)
    return .repeatFailed(notification)
  }

  private func waits(_ key: AlertKey) -> Bool { waitingCounts[key] != nil }

  private mutating func noteRemoved(_ key: AlertKey) {
    let left = waitingCounts[key, default: 1] - 1
    waitingCounts[key] = left > 0 ? left : nil
  }

  /// Whether a newer state of the same alert waits.
  private func isReplaced(_ notification: QueuedNotification) -> Bool {
    waits(notification.key)
      && waiting.contains { newer in
        repetition == nil ? newer.slot == notification.slot : newer.key == notification.key
      }
  }

  /// What a repeat says once it was delivered for the first time.
  package mutating func reword(_ notification: QueuedNotification) {
    repeats.reword(notification)
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
    if isReplaced(notification) { return .outdated }
    var postponed = notification
    postponed.nextAttempt = moment
    postponed.lastFailure = reason
    // Back to the front: it is older than everything of its alert that waits.
    waiting.insert(postponed, at: 0)
    waitingCounts[postponed.key, default: 0] += 1
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
