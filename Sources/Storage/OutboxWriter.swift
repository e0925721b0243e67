internal import Alerting
internal import LinuxSystem
private import TimeSeries

/// Writes one change into the outbox's tables. Begins no transaction of its own.
struct OutboxWriter {
  private let database: Database
  /// As they are once the transaction is done.
  private(set) var places: OutboxPlaces
  private var row = SealedRow()
  private var record = StateWriter(capacity: 2048, looksForTexts: false)

  /// Takes the places over: a second owner would cost a copy of all of them.
  init(_ database: Database, _ places: consuming OutboxPlaces) {
    self.database = database
    self.places = places
  }

  /// Makes room for what a change adds: a table of thousands is not laid out anew again and again.
  mutating func reserveCapacity(for change: OutboxChange) {
    places.reserveCapacity(for: change)
  }

  mutating func apply(_ change: OutboxChange) throws(DatabaseError) {
    // First, as it says of what stands beside an alert that it was sent.
    try keep(change.told)
    let (besideAlerts, rows) = sort(change)
    for one in rows { try write(one.notification, at: one.place) }
    let (untold, unsent) = try remove(change)
    for row in change.discarded {
      try database.execute(
        "DELETE FROM \(row.table.rawValue) WHERE rowid = ?", [.integer(row.number)])
    }
    for (alert, owed) in zip(change.alerts, besideAlerts) { try keep(alert, owed) }
    for slot in change.untold {
      guard let number = places.told.remove(slot) else { continue }
      try database.execute("DELETE FROM told WHERE number = ?", [.integer(number)])
    }
    for identity in change.forgotten { try forget(identity) }
    for slot in untold + change.untold { try dropOwed(slot) }
    for slot in unsent { try giveRow(toWhatWaitsFor: slot) }
  }

  mutating func replace(with content: OutboxContent) throws(DatabaseError) {
    for table in ["notification", "told", "alert"] { try database.execute("DELETE FROM \(table)") }
    try keep(content.waiting)
    try keep(content.told)
    for alert in content.alerts { try keep(alert, []) }
  }

  mutating func postpone(_ notification: QueuedNotification) throws(DatabaseError) {
    // The checksum is of the whole row: it is written as a whole.
    if places.holds(notification) { try keep([notification]) }
  }

  /// Tells apart what stands beside its alert, for each alert of the change, and what needs a row of its
  /// own, and gives all of them their places in their order. Notifications come in the order of their
  /// alerts; where they do not they get rows.
  private mutating func sort(
    _ change: OutboxChange
  ) -> (besideAlerts: [[OwedNotification]], rows: [PlacedNotification]) {
    var besideAlerts: [[OwedNotification]] = []
    besideAlerts.reserveCapacity(change.alerts.count)
    var rows: [PlacedNotification] = []
    var next = 0
    for alert in change.alerts {
      var owed: [OwedNotification] = []
      while next < change.kept.count {
        let notification = change.kept[next]
        if case .alert(let its) = notification.message, its != alert { break }
        next += 1
        if let one = besideAlert(notification) {
          owed.append(one)
        } else {
          rows.append((notification, places.take(notification)))
        }
      }
      besideAlerts.append(owed)
    }
    for notification in change.kept[next...] {
      rows.append((notification, places.take(notification)))
    }
    return (besideAlerts, rows)
  }

  private mutating func besideAlert(_ notification: QueuedNotification) -> OwedNotification? {
    OwedNotification.suffices(for: notification) ? places.takeBesideAlert(notification) : nil
  }

  private mutating func keep(_ notifications: [QueuedNotification]) throws(DatabaseError) {
    for notification in notifications { try write(notification, at: places.take(notification)) }
  }

  /// A row, and whether there is none of that number yet.
  private typealias Place = (number: Int64, isNew: Bool)
  private typealias PlacedNotification = (notification: QueuedNotification, place: Place)
  private typealias Slots = [QueuedNotification.Slot]

  private mutating func write(
    _ notification: QueuedNotification, at place: Place
  ) throws(DatabaseError) {
    row.removeAll()
    NotificationRow.write(notification, to: &row)
    row.seal(before: place.number)
    let statement = place.isNew ? NotificationRow.insert : NotificationRow.update
    try row.execute(statement, in: database)
  }

  private mutating func keep(_ told: [ToldAlert]) throws(DatabaseError) {
    for one in told {
      let (number, isNew) = places.told.take(one.slot)
      AlertMemory.write(one, in: number, to: &row)
      try row.execute(isNew ? AlertMemory.insertTold : AlertMemory.updateTold, in: database)
    }
  }

  private mutating func keep(
    _ alert: Alert, _ owed: [OwedNotification]
  ) throws(DatabaseError) {
    let identity = alert.identity
    let (number, isNew) = places.alerts.take(identity)
    if !isNew { try giveRows(toWhatWaitsBeside: identity, in: number) }
    record.removeAll()
    record.write(alert)
    places.setOwed(owed, to: identity)
    AlertMemory.write(identity, record: record.bytes, owed: owed, in: number, to: &row)
    try row.execute(isNew ? AlertMemory.insertAlert : AlertMemory.updateAlert, in: database)
  }

  private mutating func forget(_ identity: AlertEpisode) throws(DatabaseError) {
    guard let number = places.alerts[identity] else { return }
    try giveRows(toWhatWaitsBeside: identity, in: number)
    places.setOwed([], to: identity)
    _ = places.alerts.remove(identity)
    try database.execute("DELETE FROM alert WHERE number = ?", [.integer(number)])
  }

  /// - Returns: what goes though nothing was told of it, and of what something was told though it does
  ///   not go.
  private mutating func remove(
    _ change: OutboxChange
  ) throws(DatabaseError) -> (untold: Slots, unsent: Slots) {
    var numbers: [Int64] = []
    var (untold, unsent): (Slots, Slots) = ([], [])
    var told = change.told[...]
    for notification in change.removed {
      let place = places.remove(notification)
      // Of deliveries both come in the same order: no slot has to be looked up.
      let slot = notification.slot
      let isTold = told.first?.slot == slot
      if isTold { told = told.dropFirst() }
      guard let (number, hasRow) = place else {
        if isTold { unsent.append(slot) }
        continue
      }
      if hasRow { numbers.append(number) }
      if !isTold, !places.told.contains(slot) { untold.append(slot) }
    }
    unsent += told.map(\.slot)
    for rows in RowRuns(numbers) {
      try database.execute(
        "DELETE FROM notification WHERE sequence BETWEEN ? AND ?",
        [.integer(rows.lowerBound), .integer(rows.upperBound)])
    }
    return (untold, unsent)
  }

  /// What an alert's row says of it would be sent after a restart.
  private mutating func dropOwed(_ slot: QueuedNotification.Slot) throws(DatabaseError) {
    let owed = places.owed(to: slot.identity)
    guard !places.hasPlace(slot), owed.contains(where: { $0.sink == slot.sink }),
      let number = places.alerts[slot.identity]
    else { return }
    let record = try AlertMemory(database).record(in: number)
    let rest = owed.filter { $0.sink != slot.sink }
    places.setOwed(rest, to: slot.identity)
    AlertMemory.write(slot.identity, record: record, owed: rest, in: number, to: &row)
    try row.execute(AlertMemory.updateAlert, in: database)
  }

  /// For an alert's row that is about to change: it would be sent as what it does not say.
  private mutating func giveRows(
    toWhatWaitsBeside identity: AlertEpisode, in number: Int64
  ) throws(DatabaseError) {
    try giveRows(to: places.waiting(besideAlert: identity), in: number)
  }

  private mutating func giveRows(
    to waiting: [OwedNotification], in number: Int64
  ) throws(DatabaseError) {
    if waiting.isEmpty { return }
    let memory = AlertMemory(database)
    let bytes = try memory.record(in: number)
    guard let alert = try? Alert(stateBytes: bytes) else {
      throw memory.unreadable(number)
    }
    try keep(waiting.map { $0.notification(of: alert) })
  }

  /// For what was told of while it waits still: it would pass for sent.
  private mutating func giveRow(
    toWhatWaitsFor slot: QueuedNotification.Slot
  ) throws(DatabaseError) {
    guard places.isBesideAlert(slot), let number = places.alerts[slot.identity] else { return }
    let waiting = places.waiting(besideAlert: slot.identity).filter { $0.sink == slot.sink }
    try giveRows(to: waiting, in: number)
  }
}
