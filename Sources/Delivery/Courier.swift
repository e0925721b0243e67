package import Alerting
package import TimeSeries

/// Brings alerts to sinks: on disk first, then on the way, again and again until the receiver has
/// them or they are given up. One sink that fails never delays another.
///
/// Confined to the event loop's thread.
package final class Courier {
  let transport: any NotificationTransport
  let surroundings: CourierSurroundings
  let policy: RetryPolicy
  let onEvent: (DeliveryEvent) -> Void
  let ledger: OutboxLedger
  /// How many notifications may wait, all sinks together.
  package var waitingLimit = Courier.standardWaitingLimit
  var sinks: [any NotificationSink] = []
  var lanes: [String: LanePlace] = [:]
  /// Set for this moment, and how it is taken back.
  private var alarm: (moment: Timestamp, cancel: () -> Void)?
  var isPumping = false
  var mustPumpAgain = false
  var drain: Drain?
  /// What each sink was told, and of which alerts.
  var told = ToldRegister()
  var book = AlertBook()
  var silences = SilenceList()
  /// Sinks that take nothing: they are not told that a sink fails, the others are.
  package var failing: Set<String> = []
  /// What the rules say of this moment; nothing before they were asked.
  var firing: Set<AlertKey> = []
  /// Whether an alert was damaged on disk: the rules may know of some that the book lacks.
  private(set) var hasLostAlerts = false
  /// When the disk last heard which of the repeated alerts fire still.
  var lastConfirmation: Timestamp?

  /// How much younger than on disk a repeated alert may be: a restart takes the disk's word.
  static let confirmationLag = TimeSpan.minutes(10)

  package static let standardWaitingLimit = 10_000

  struct Drain {
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
    ledger.onLateContent = { [unowned self] in take(late: $0) }
  }

  /// Begins with what waits on disk. Call once.
  package func start(
    sinks: [any NotificationSink], silences: SilenceList = SilenceList()
  ) {
    self.silences = silences
    let content = ledger.load()
    for notification in content.waiting {
      _ = place(for: notification.sink).lane.put(notification)
    }
    tell(damaged: content.damaged)
    told = ToldRegister(content.told)
    book = AlertBook(content.alerts, at: surroundings.now())
    var change = OutboxChange()
    change.discarded = content.damaged
    commit(change)
    use(sinks: sinks)
  }

  /// What waits on a disk that could not be read at the start: it is older than all that came since.
  private func take(late content: OutboxContent) {
    for alert in content.alerts where book[alert.identity] == nil {
      let newer = book.alerts.contains { $0.key == alert.key }
      if !newer { _ = book.take(alert, at: surroundings.now()) }
    }
    for one in content.told where told[one.slot] == nil { told[one.slot] = one }
    for notification in content.waiting {
      let place = place(for: notification.sink)
      guard place.lane.queued(notification.slot) == nil else { continue }
      _ = place.lane.put(notification)
    }
    tell(damaged: content.damaged)
    mustPumpAgain = true
  }

  private func tell(damaged rows: [DamagedRow]) {
    for row in rows {
      if row.table == .alert { hasLostAlerts = true }
      onEvent(.damaged(row))
    }
  }

  /// The sinks of a new configuration. What waits for a sink that is gone is given up; a sink that
  /// was disabled is asked again.
  package func use(sinks: [any NotificationSink]) {
    self.sinks = sinks
    let names = Set(sinks.map(\.name))
    for name in lanes.keys.sorted() where !names.contains(name) {
      let orphans = lanes[name]?.lane.removeWaiting() ?? []
      giveUp(orphans.map { ($0, "the sink is no longer in the configuration") })
      commit(OutboxChange(removed: lanes[name]?.lane.removeRepeats() ?? []))
      if lanes[name].map({ !$0.lane.hasOpenRequests }) ?? true { lanes[name] = nil }
    }
    let known = Set(lanes.keys)
    for sink in sinks {
      place(for: sink.name).lane.reopen(
        maximumAge: sink.maximumAge, repetition: sink.repetition, batchLimit: sink.batchLimit,
        groupWait: sink.groupWait)
    }
    for sink in sinks where !known.contains(sink.name) { inform(newMember: sink, among: known) }
    forgetTold(except: names)
    suspendSilenced()
    review()
    pump()
    giveUpTooMany()
  }

  /// How many wait for each sink, those under way included.
  package var waitingCounts: [String: Int] { lanes.mapValues(\.lane.pending.count) }

  /// Whether the disk knows of every delivery: for a moment after one it does not.
  package var hasWrittenAll: Bool { ledger.isCurrent && ledger.holdingEnd == nil }

  /// Reads what could not be read at the start; throws why it still cannot be.
  package func readLate() throws { try ledger.readLate() }

  /// Writes all that must be on disk into a file that was begun anew; `noteWrittenAnew` when that is in
  /// its place.
  package func writeAnew() throws { try ledger.writeAnew(everything()) }

  /// What waits is not to be counted as kept any more.
  package func distrustDisk(because reason: String) { ledger.distrust(because: reason) }

  package func noteWrittenAnew() { ledger.noteWrittenAnew() }

  /// Sends what can be sent until nothing is left or `limit` is over, then calls back once.
  package func drain(within limit: TimeSpan, completion: @escaping (DrainResult) -> Void) {
    drain = Drain(deadline: surroundings.now() + limit, completion: completion)
    pump()
  }

  var pending: [QueuedNotification] {
    lanes.keys.sorted().flatMap { lanes[$0]?.lane.pending ?? [] }
  }

  var kept: [QueuedNotification] {
    lanes.keys.sorted().flatMap { lanes[$0]?.lane.kept ?? [] }
  }

  /// The lane of a sink, a new one where it has none.
  func place(for sink: String) -> LanePlace {
    if let place = lanes[sink] { return place }
    let place = LanePlace(SinkLane(sink: sink, policy: policy))
    lanes[sink] = place
    return place
  }

  /// Sends whatever may be sent now and sets the alarm for the rest. A transport that answers
  /// within `post` only marks another round.
  func pump() {
    mustPumpAgain = true
    if isPumping { return }
    isPumping = true
    while mustPumpAgain {
      mustPumpAgain = false
      for sink in sinks { serve(sink) }
    }
    isPumping = false
    writeArrivals()
    setAlarm()
    finishDrainIfDone()
  }

  /// They are held while more are under way, and for a moment only.
  private func writeArrivals() {
    if lanes.values.allSatisfy({ $0.lane.inFlight.isEmpty }) {
      ledger.release(everything: everything)
    } else {
      ledger.releaseDue(at: surroundings.now(), everything: everything)
    }
  }

  private func setAlarm() {
    let now = surroundings.now()
    var next = Timestamp.earliest(drain?.deadline, ledger.holdingEnd)
    for sink in sinks {
      let wakeup = lanes[sink.name]?.lane.nextWakeup(now: now, withRepeats: drain == nil)
      next = .earliest(next, wakeup)
    }
    // Hardly any delivery changes it.
    if let next, next == alarm?.moment { return }
    dropAlarm()
    guard let next else { return }
    let cancel = surroundings.setAlarm(max(.zero, next - now)) { [weak self] in
      self?.alarm = nil
      self?.pump()
    }
    alarm = (next, cancel)
  }

  func dropAlarm() {
    alarm?.cancel()
    alarm = nil
  }

  func finishDrainIfDone() {
    guard let drain else { return }
    let now = surroundings.now()
    let isBusy = lanes.values.contains { place in
      place.lane.hasOpenRequests
        || place.lane.nextWakeup(now: now, withRepeats: false).map { $0 < drain.deadline } ?? false
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
}
