package import Alerting
package import TimeSeries

/// What is sent when, and what comes of it.
extension SinkLane {
  /// What to send now in one request, which is in flight from here on; empty if nothing may be sent.
  package mutating func takeBatch(
    now: Timestamp, withRepeats: Bool = true
  ) -> [QueuedNotification] {
    guard !isDisabled, mayBegin, notBefore(silentUntil, now: now) <= now else { return [] }
    var batch = takeWaiting(now: now)
    if withRepeats, batch.allSatisfy({ !alone.contains($0.id) }) {
      addRepeats(to: &batch, now: now)
    }
    for notification in batch { inFlight[notification.id] = notification }
    guard !batch.isEmpty else { return [] }
    requestsInFlight += 1
    attemptCount += 1
    if failures > 0 { probe = Probe(ids: batch.map(\.id), attempt: attemptCount) }
    return batch
  }

  /// When to ask again, if nothing else happens; nil if nothing waits or an answer is due first.
  package func nextWakeup(now: Timestamp, withRepeats: Bool = true) -> Timestamp? {
    let expiry =
      waiting.isEmpty
      ? nil : oldestQueuedAt.map { $0 + policy.maximumAge + TimeSpan(milliseconds: 1) }
    guard !isDisabled, mayBegin else {
      return Timestamp.earliest(expiry, probe?.patience?.end).map { max($0, now) }
    }
    let first = firstMoment(now: now)
    let repeated = withRepeats ? repeats.nextDue(now: now, excluding: keysUnderWay) : nil
    let next = Timestamp.earliest(first, repeated)
      .map { max($0, notBefore(silentUntil, now: now)) }
    return Timestamp.earliest(expiry, next).map { max($0, now) }
  }

  /// The end of the attempt that `takeBatch` began for `ids`: what came of each, in their order.
  /// `count`: how many its request carried, if more.
  package mutating func finish(
    ids: [String], of count: Int? = nil, _ outcome: DeliveryOutcome, now: Timestamp, random: Double
  ) -> (results: [Result], change: Change?) {
    let batch = ids.compactMap { inFlight.removeValue(forKey: $0) }
    guard !batch.isEmpty else { return ([], nil) }
    requestsInFlight -= 1
    if isProbe(ids) { probe = nil }
    let isOvertaken = ids.count { overtaken.discard($0) } > 0
    let hasNoAnswer = if case .failed = outcome { true } else { false }
    // What began before the receiver was found to work again says nothing of it as it is now.
    let isOldNews = isOvertaken && hasNoAnswer
    var change = isOldNews ? nil : note(outcome, now: now, random: random)
    // Of a receiver that takes nothing, how often one message was tried says nothing about it.
    let limit = isDown ? longestPause(now: now) : nil
    // The last first, as each goes to the front where it is tried again: their order stays.
    let results = batch.reversed().map { notification in
      var notification = notification
      notification.attempts += 1
      if isOldNews { return again(notification, at: now, reason: outcome.reason, now: now) }
      let decision = policy.decide(
        outcome, attempts: notification.attempts, atMost: limit, queuedAt: notification.queuedAt,
        now: now, random: random)
      if case .disableSink(let reason) = decision {
        change = isDisabled ? change : .disabled(reason: reason)
        isDisabled = true
      }
      if case .giveUp = decision, count ?? batch.count > 1, outcome.showsWorkingReceiver {
        alone.insert(notification.id)
        return again(notification, at: now, reason: outcome.reason, now: now)
      }
      alone.discard(notification.id)
      switch decision {
      case .delivered: return delivered(notification, now: now)
      case .giveUp(let reason):
        repeatsInFlight.remove(notification.id)
        if isReplaced(notification) { return .outdated(notification) }
        repeats.remove(notification.key)
        return .gaveUp(notification, reason: reason)
      case .retry(let moment, let reason):
        return again(notification, at: moment, reason: reason, now: now)
      case .disableSink(let reason):
        return again(notification, at: now, reason: reason, now: now)
      }
    }
    return (results.reversed(), change)
  }

  /// Ends an attempt that was never made, for some of a batch or for all of it.
  package mutating func abandon(ids: [String], isWholeBatch: Bool) {
    for id in ids {
      if let notification = inFlight.removeValue(forKey: id) { repeats.remove(notification.key) }
      repeatsInFlight.remove(id)
    }
    guard isWholeBatch else { return }
    requestsInFlight -= 1
    if isProbe(ids) { probe = nil }
  }

  /// Requests from before the first failure do not keep a probe waiting.
  private var mayBegin: Bool {
    failures > 0 ? probe == nil : requestsInFlight < Self.maximumInFlight
  }

  var keysUnderWay: Set<AlertKey> { Set(inFlight.values.map(\.key)) }

  /// The first of what waits, and as many more as go into one request.
  mutating func takeWaiting(now: Timestamp) -> [QueuedNotification] {
    var chosen = untried(now: now)
    if chosen.isEmpty {
      // Whatever failed least goes first, so that one poisoned message cannot hold up the rest.
      let due = sendable(now: now)
      let first = due.min { (waiting[$0].attempts, $0) < (waiting[$1].attempts, $1) }
      guard let first else { return [] }
      chosen = [first]
      if batchLimit > 1, !alone.contains(waiting[first].id) {
        chosen = due.sorted { (waiting[$0].attempts, $0) < (waiting[$1].attempts, $1) }
          .filter { isCompany($0, of: first) }.prefix(batchLimit).map(\.self)
      }
    }
    if chosen.count == 1 {
      let only = waiting.remove(at: chosen[0])
      noteRemoved(only.key)
      return [only]
    }
    let batch = chosen.map { waiting[$0] }
    for index in chosen.sorted(by: >) { noteRemoved(waiting.remove(at: index).key) }
    return batch
  }

  /// Of what never failed the first that may be sent, as many as go into one request: thousands may
  /// wait, and none of them is looked at without need.
  private func untried(now: Timestamp) -> [Int] {
    // A receiver that forgets takes what was tried along.
    guard repetition == nil || batchLimit == 1 else { return [] }
    var chosen: [Int] = []
    // What failed stands in front of them, thousands after a long outage.
    for index in waiting.indices where waiting[index].attempts == 0 {
      let key = waiting[index].key
      guard notBefore(waiting[index].nextAttempt, now: now) <= now, isFirst(index),
        !isHeldUp(waiting[index]), !inFlight.values.contains(where: { $0.key == key }),
        !chosen.contains(where: { waiting[$0].key == key })
      else { continue }
      chosen.append(index)
      if chosen.count == batchLimit { break }
    }
    return chosen
  }

  /// Whether nothing of the same alert waits before it.
  private func isFirst(_ index: Int) -> Bool {
    if index == 0 { return true }
    let key = waiting[index].key
    return waitingStates[key]?.count == 1 || waiting.firstIndex { $0.key == key } == index
  }

  /// When the first of those that wait may be sent; nil where none may before an answer.
  private func firstMoment(now: Timestamp) -> Timestamp? {
    let taken = keysUnderWay
    var first: Timestamp?
    for index in waiting.indices where !taken.contains(waiting[index].key) {
      let moment = notBefore(waiting[index].nextAttempt, now: now)
      guard first.map({ moment < $0 }) ?? true, isFirst(index), !isHeldUp(waiting[index])
      else { continue }
      if moment <= now { return now }
      first = moment
    }
    return first
  }

  /// What was tried together is tried together again: the message keeps its name, by which a receiver
  /// knows it. A receiver that is told everything again and again has no need of that.
  private func isCompany(_ index: Int, of first: Int) -> Bool {
    guard !alone.contains(waiting[index].id) else { return false }
    if repetition != nil { return true }
    let (one, other) = (waiting[index], waiting[first])
    return one.attempts == other.attempts
      && (one.attempts == 0 || one.nextAttempt == other.nextAttempt)
  }

  /// When the message leaves that a new notification goes into: the first one in it waits for others.
  func departure(of notification: QueuedNotification, now: Timestamp) -> Timestamp {
    guard groupWait > .zero else { return notification.nextAttempt }
    let end = now + groupWait
    let next = waiting.last { $0.attempts == 0 && $0.nextAttempt > now && $0.nextAttempt <= end }
    return next?.nextAttempt ?? end
  }

  mutating func addRepeats(to batch: inout [QueuedNotification], now: Timestamp) {
    guard repetition != nil else { return }
    let taken = keysUnderWay.union((batch + waiting).map(\.key))
    var due = repeats.takeDue(now: now, excluding: taken, atMost: batchLimit - batch.count)
    if let lonely = due.first(where: { alone.contains($0.id) }) {
      due = batch.isEmpty ? [lonely] : due.filter { !alone.contains($0.id) }
    }
    repeatsInFlight.formUnion(due.map(\.id))
    batch += due
  }

  mutating func delivered(
    _ notification: QueuedNotification, now: Timestamp
  ) -> Result {
    let wasRepeat = repeatsInFlight.discard(notification.id)
    guard let repetition, !isReplaced(notification) else { return .delivered(notification) }
    var told = notification
    (told.attempts, told.lastFailure) = (0, nil)
    guard repeats.delivered(told, now: now, repetition: repetition) else {
      return .delivered(notification)
    }
    return .repeating(told, isFirst: !wasRepeat)
  }

  mutating func again(
    _ notification: QueuedNotification, at moment: Timestamp, reason: String, now: Timestamp
  ) -> Result {
    guard repeatsInFlight.remove(notification.id) != nil else {
      return postpone(notification, until: moment, reason: reason)
    }
    repeats.failed(notification, now: now)
    return .repeatFailed(notification)
  }

  /// Indices of what may be sent: the first of each alert, unless an earlier message about that alert
  /// is under way or its moment has not come.
  private func sendable(now: Timestamp) -> [Int] {
    var taken = keysUnderWay
    return waiting.indices.filter { index in
      let key = waiting[index].key
      // Hardly ever do two of an alert wait.
      let isFirst =
        waitingStates[key]?.count == 1 ? !taken.contains(key) : taken.insert(key).inserted
      return isFirst && !isHeldUp(waiting[index])
        && notBefore(waiting[index].nextAttempt, now: now) <= now
    }
  }

  mutating func postpone(
    _ notification: QueuedNotification, until moment: Timestamp, reason: String
  ) -> Result {
    if isReplaced(notification) { return .outdated(notification) }
    var postponed = notification
    postponed.nextAttempt = moment
    postponed.lastFailure = reason
    // Back to the front: it is older than everything of its alert that waits.
    waiting.insert(postponed, at: 0)
    noteAdded(postponed, isNewest: false)
    return .postponed(postponed)
  }

  /// What an attempt says of the receiver as a whole: it works, or it is given a pause that grows
  /// with every failure in a row.
  mutating func note(
    _ outcome: DeliveryOutcome, now: Timestamp, random: Double
  ) -> Change? {
    if outcome.showsWorkingReceiver {
      if failures > 0 { overtaken = Set(inFlight.keys) }
      (failures, failingSince, silentUntil, probe, hangs) = (0, nil, nil, nil, false)
      guard isDown else { return nil }
      isDown = false
      // At once, and what was tried at different moments is still told apart.
      let latest = waiting.filter { $0.attempts > 0 }.map(\.nextAttempt).max() ?? now
      for index in waiting.indices where waiting[index].attempts > 0 {
        waiting[index].nextAttempt = now - (latest - waiting[index].nextAttempt)
      }
      return .up
    }
    failures += 1
    failingSince = min(failingSince ?? now, now)
    let pause = policy.pause(
      after: outcome, failures: failures, atMost: longestPause(now: now), now: now, random: random)
    silentUntil = now + pause
    guard failures >= Self.failuresUntilDown, !isDown else { return nil }
    isDown = true
    return .down(reason: outcome.reason)
  }

  private func longestPause(now: Timestamp) -> TimeSpan {
    policy.longestProbeDelay(outage: now - (failingSince ?? now))
  }

  /// `moment`, or now for none. A moment further away than any that this policy sets comes from a
  /// clock that was put back: it is over.
  func notBefore(_ moment: Timestamp?, now: Timestamp) -> Timestamp {
    guard let moment, moment <= now + max(policy.maximumRetryAfter, policy.maximumDelay)
    else { return now }
    return moment
  }
}
