package import Alerting
package import TimeSeries

/// Which alerts are told to which sinks, and what is remembered of it.
extension Courier {
  /// Queues each alert for every sink that has to be told, and sends once all of them are on disk.
  package func notify(_ alerts: [Alert]) {
    if alerts.count >= Self.manyAlerts { makeRoom(for: alerts.count) }
    let now = surroundings.now()
    for start in stride(from: 0, to: alerts.count, by: Self.transactionLimit) {
      let end = min(start + Self.transactionLimit, alerts.count)
      let change = queue(alerts[start..<end], at: now)
      // One that has fallen behind is brought up to date as a whole, once all of them are queued.
      if !ledger.isBehind || end == alerts.count { commit(change) }
    }
    pump()
    giveUpTooMany()
  }

  /// For what is kept of every alert: a table that grows step by step is laid out anew at each.
  private func makeRoom(for count: Int) {
    book.reserveCapacity(count)
    firing.reserveCapacity(firing.count + count)
    for sink in sinks { place(for: sink.name).lane.reserveCapacity(count) }
  }

  /// - Returns: what of it is for the disk.
  private func queue(_ alerts: ArraySlice<Alert>, at now: Timestamp) -> OutboxChange {
    var change = OutboxChange()
    change.kept.reserveCapacity(alerts.count)
    change.alerts.reserveCapacity(alerts.count)
    for alert in alerts {
      let isKnown = book.contains(alert.identity)
      if let lost = book.take(alert, at: now) {
        change.alerts.append(lost)
        tell(lost, isKnown: true, isSuperseded: true, at: now, &change)
        settleEnd(of: lost.identity, &change)
      }
      if alert.status == .firing {
        firing.insert(alert.key)
        change.alerts.append(alert)
      } else {
        firing.remove(alert.key)
        if isKnown { change.alerts.append(alert) }
      }
      tell(alert, isKnown: isKnown, at: now, &change)
      if alert.status == .resolved { settleEnd(of: alert.identity, &change) }
    }
    return change
  }

  /// From here on room is made for them at once.
  private static let manyAlerts = 100

  /// Alerts that are written at a time: with one sink or two their pages fit into the database's cache.
  /// Those of thousands would be written to its log, read again and written anew within one transaction.
  private static let transactionLimit = 500

  /// These alerts fire still. What a sink has not been told of them, or is to be told again, is queued.
  /// A receiver that forgets is told of the others, whom a restart left behind, no longer than for
  /// their sink's `maximumAge`.
  package func confirm(firing keys: Set<AlertKey>) {
    let now = surroundings.now()
    firing = keys
    var change = OutboxChange()
    for ended in book.confirm(keys, at: now) {
      onEvent(.ended(ended))
      change.alerts.append(ended)
      tell(ended, isKnown: true, at: now, &change)
      settleEnd(of: ended.identity, &change)
    }
    commit(change)
    review()
    // A disk that works again gets what it has missed, though nothing has changed.
    if ledger.isBehind { commit(OutboxChange(), evenIfEmpty: true) }
    var confirmed: [QueuedNotification] = []
    for place in lanes.values { confirmed += place.lane.confirm(keys, now: now) }
    let last = lastConfirmation ?? now
    if confirmed.isEmpty || (now >= last && now - last < Self.confirmationLag) {
      lastConfirmation = last
    } else {
      lastConfirmation = now
      commit(
        OutboxChange(
          kept: lanes.values.flatMap(\.lane.kept).filter {
            keys.contains($0.key) && $0.status == .firing
          }))
    }
    pump()
  }

  /// Which alerts may be told within `span` without having changed: what is silenced, what is due to be
  /// told again, and what the disk has lost.
  package func wishedWords(within span: TimeSpan) -> Set<AlertKey> {
    let now = surroundings.now()
    let lost: Set<AlertKey> = hasLostAlerts ? firing.filter { !book.isFiring($0) } : []
    let repeating = sinks.compactMap { sink in
      sink.route.repeatInterval.map { (sink: sink.name, interval: $0) }
    }
    guard !silences.isEmpty || !repeating.isEmpty else { return lost }
    let alerts = book.alerts.filter { alert in
      guard alert.status == .firing, firing.contains(alert.key) else { return false }
      return isSilenced(alert.key, at: now)
        || repeating.contains { sink, interval in
          let slot = QueuedNotification.Slot(sink: sink, key: alert.key, episode: alert.episode)
          return told[slot].map { now + span - $0.at >= interval } ?? false
        }
    }
    return lost.union(alerts.map(\.key))
  }

  /// The same alert in newer words, for whoever is told next. The disk keeps the older ones. One that the
  /// disk has lost is told to whoever does not know of it.
  package func reword(_ alert: Alert) {
    if hasLostAlerts, alert.status == .firing, !book.isFiring(alert.key) { return notify([alert]) }
    guard book[alert.identity]?.status == .firing else { return }
    _ = book.take(alert, at: surroundings.now())
  }

  /// What people asked not to be told. What waits of it is held back at once; when a silence is over,
  /// what fires still is told.
  package func use(silences: SilenceList) {
    self.silences = silences
    suspendSilenced()
    review()
    pump()
  }

  func isSilenced(_ key: AlertKey, at now: Timestamp) -> Bool {
    silences.covering(key, at: now) != nil
  }

  /// Looks at every alert and sink anew.
  func review() {
    let now = surroundings.now()
    var change = OutboxChange()
    let owed = book.unordered.filter { $0.status == .resolved || isOwed($0, at: now) }
    for alert in owed.sorted(by: { ($0.key, $0.episode.text) < ($1.key, $1.episode.text) }) {
      tell(alert, isKnown: true, at: now, &change)
      if alert.status == .resolved { settleEnd(of: alert.identity, &change) }
    }
    commit(change)
  }

  /// Whether some sink has to be told of what fires.
  private func isOwed(_ alert: Alert, at now: Timestamp) -> Bool {
    var situation = situation(of: alert, isKnown: true, at: now)
    return sinks.contains { sink in
      guard isToHear(sink, of: alert) else { return false }
      look(at: sink, slot(of: alert, sink), &situation)
      return Telling.decide(situation, route: sink.route, now: now) != .nothing
    }
  }

  private func situation(
    of alert: Alert, isKnown: Bool, at now: Timestamp
  ) -> Telling.Situation {
    var situation = Telling.Situation(alert: alert)
    situation.isKnown = isKnown
    situation.firesStill = firing.contains(alert.key)
    situation.isSilenced = isSilenced(alert.key, at: now)
    return situation
  }

  /// What the sink was told, and what is on its way to it.
  private func look(
    at sink: any NotificationSink, _ slot: QueuedNotification.Slot,
    _ situation: inout Telling.Situation
  ) {
    situation.told = told[slot]
    situation.queued = lanes[sink.name]?.lane.queued(slot)
  }

  private func slot(of alert: Alert, _ sink: any NotificationSink) -> QueuedNotification.Slot {
    QueuedNotification.Slot(sink: sink.name, key: alert.key, episode: alert.episode)
  }

  /// One that takes nothing is not told that a sink fails.
  private func isToHear(_ sink: any NotificationSink, of alert: Alert) -> Bool {
    alert.key.kind != .sinkFailing || alert.status != .firing || !failing.contains(sink.name)
  }

  private func tell(
    _ alert: Alert, isKnown: Bool, isSuperseded: Bool = false, at now: Timestamp,
    _ change: inout OutboxChange
  ) {
    var situation = situation(of: alert, isKnown: isKnown, at: now)
    for sink in sinks where isToHear(sink, of: alert) {
      let slot = slot(of: alert, sink)
      look(at: sink, slot, &situation)
      var earlier = sink.repetition == nil ? nil : lanes[sink.name]?.lane.newest(of: alert.key)
      // After a restart what is repeated waits like what nobody has heard of.
      if let one = earlier?.notification, told[one.slot] != nil { earlier?.hasArrived = true }
      if sink.repetition != nil, alert.status == .resolved {
        // There an alert has one state, and the newer episode is about to be it.
        if isSuperseded { continue }
        // Such a receiver is told of the end as long as it is told of the alert at all.
        let isTold =
          earlier?.notification.status == .firing && earlier?.notification.slot == slot
        guard isTold, !situation.isSilenced else { continue }
        put(alert, for: sink, again: nil, after: earlier, at: now, &change)
        continue
      }
      switch Telling.decide(situation, route: sink.route, now: now) {
      case .nothing: break
      case .news: put(alert, for: sink, again: nil, after: earlier, at: now, &change)
      case .again(let since): put(alert, for: sink, again: since, after: earlier, at: now, &change)
      }
    }
  }

  private func put(
    _ alert: Alert, for sink: any NotificationSink, again since: Timestamp?,
    after earlier: (notification: QueuedNotification, hasArrived: Bool)?, at now: Timestamp,
    _ change: inout OutboxChange
  ) {
    var notification = QueuedNotification(
      id: NotificationID.make(sink: sink.name, alert: alert, again: since), sink: sink.name,
      of: alert,
      message: sink.message(
        for: alert, after: earlier?.notification, hasArrived: earlier?.hasArrived ?? false),
      queuedAt: now)
    let place = place(for: sink.name)
    notification.nextAttempt = place.lane.departure(of: notification, now: now)
    let placement = place.lane.put(notification)
    if placement.isNew { change.kept.append(notification) }
    change.removed += placement.replaced
    if let tried = placement.tried, sink.repetition == nil {
      noteTried(tried, at: now, &change)
    }
  }

  /// An end that nobody has to be told any more is forgotten.
  func settleEnd(of identity: AlertEpisode, _ change: inout OutboxChange) {
    for slot in told.slots(of: identity) {
      let sink = sinks.first { $0.name == slot.sink }
      // One that forgets is told by its repeats, not by what was noted of it.
      let isOwed = sink.map { $0.repetition == nil && $0.route.sendsResolved } ?? false
      if isOwed { continue }
      told[slot] = nil
      change.untold.append(slot)
    }
    let isQueued = sinks.contains { sink in
      let slot = QueuedNotification.Slot(
        sink: sink.name, key: identity.key, episode: identity.episode)
      return lanes[sink.name]?.lane.queued(slot) != nil
    }
    guard told.slots(of: identity).isEmpty, !isQueued else { return }
    book.forget(identity)
    change.forgotten.append(identity)
  }

  /// The end of a notification's way: the receiver has it, or never will.
  func conclude(
    _ notifications: [QueuedNotification], at now: Timestamp, _ change: inout OutboxChange
  ) {
    for notification in notifications {
      change.removed.append(notification)
      if notification.status == .firing {
        note(notification, at: now, &change)
      } else {
        if told[notification.slot] != nil { change.untold.append(notification.slot) }
        told[notification.slot] = nil
        let identity = notification.slot.identity
        if book[identity]?.status == .resolved { settleEnd(of: identity, &change) }
      }
    }
  }

  /// A sink knows of the beginning now.
  func note(
    _ notification: QueuedNotification, at now: Timestamp, isCertain: Bool = true,
    _ change: inout OutboxChange
  ) {
    guard book.contains(notification.slot.identity) else { return }
    let one = ToldAlert(
      slot: notification.slot, severity: notification.severity, at: now, isCertain: isCertain)
    told[one.slot] = one
    change.told.append(one)
  }

  /// The sink may know of the beginning: it is told of the end.
  func noteTried(
    _ notification: QueuedNotification, at now: Timestamp, _ change: inout OutboxChange
  ) {
    guard notification.status == .firing, told[notification.slot] == nil else { return }
    note(notification, at: now, isCertain: false, &change)
  }

  /// Takes out of the queues what nobody is to be told now. It stands in the book.
  func suspendSilenced() {
    guard !silences.isEmpty else { return }
    let now = surroundings.now()
    var change = OutboxChange()
    for sink in sinks {
      guard let held = lanes[sink.name]?.lane.suspend({ isSilenced($0, at: now) }) else { continue }
      for notification in held.waiting {
        change.removed.append(notification)
        if notification.attempts > 0 { noteTried(notification, at: now, &change) }
      }
      for notification in held.repeated {
        change.removed.append(notification)
        told[notification.slot] = nil
        change.untold.append(notification.slot)
      }
    }
    commit(change)
  }

  /// Of sinks that are no longer in the configuration.
  func forgetTold(except names: Set<String>) {
    let gone = told.all.map(\.slot).filter { !names.contains($0.sink) }
    for slot in gone { told[slot] = nil }
    var change = OutboxChange()
    change.untold = gone
    commit(change)
  }

  func commit(_ change: OutboxChange, evenIfEmpty isForced: Bool = false) {
    if change.isEmpty, !isForced { return }
    ledger.apply(change, everything: everything)
  }

  /// All that must be on disk.
  func everything() -> OutboxContent {
    OutboxContent(waiting: kept, told: told.all, alerts: book.alerts)
  }
}
