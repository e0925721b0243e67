internal import Alerting

/// Where everything stands in the outbox's tables.
struct OutboxPlaces {
  var alerts = RowPlaces<AlertEpisode>()
  var told = RowPlaces<QueuedNotification.Slot>()
  /// What stands in each alert's row beside the alert: what was sent or got a row of its own since too.
  private var owed: [AlertEpisode: [OwedNotification]] = [:]

  // Of the notifications:
  private struct Place {
    /// That of its row, or of the one that it would get.
    var number: Int64
    var id: String
    /// Of the line in its alert's row; nil where it has a row of its own.
    var edition: Int64?
  }

  private var places: [QueuedNotification.Slot: Place] = [:]
  /// The highest number so far, of rows that cannot be read too.
  private var last: Int64 = 0
  private var lastEdition: Int64 = 0

  /// No other row gets this number.
  mutating func reserve(_ number: Int64) { last = max(last, number) }

  /// Makes room for what a change adds.
  mutating func reserveCapacity(for change: OutboxChange) {
    places.reserveCapacity(places.count + change.kept.count)
    told.reserveCapacity(change.kept.count)
    alerts.reserveCapacity(change.alerts.count)
    owed.reserveCapacity(owed.count + change.alerts.count)
  }

  /// What stands in a row on disk.
  mutating func note(_ notification: QueuedNotification, in number: Int64) {
    reserve(number)
    places[notification.slot] = Place(number: number, id: notification.id, edition: nil)
  }

  /// What stands in an alert's row on disk, read after all other rows.
  ///
  /// - Returns: what of it waits still: it has no row of its own, and was not told.
  mutating func note(
    _ all: [OwedNotification], of identity: AlertEpisode
  ) -> [OwedNotification] {
    if all.isEmpty { return [] }
    var all = all
    for index in all.indices { all[index].edition = nextEdition() }
    owed[identity] = all
    return all.filter { one in
      reserve(one.sequence)
      let slot = one.slot(of: identity)
      guard places[slot] == nil, !told.contains(slot) else { return false }
      places[slot] = Place(number: one.sequence, id: one.id, edition: one.edition)
      return true
    }
  }

  /// The row for a notification: that of an older one for the same slot, else a new one.
  mutating func take(_ notification: QueuedNotification) -> (number: Int64, isNew: Bool) {
    let (slot, id) = (notification.slot, notification.id)
    let new = Place(number: last + 1, id: id, edition: nil)
    // Most are new: the slot is hashed once.
    guard let older = places.updateValue(new, forKey: slot) else {
      last += 1
      return (last, true)
    }
    places[slot] = Place(number: older.number, id: id, edition: nil)
    return (older.number, older.edition != nil)
  }

  /// A place in its alert's row, which is about to be written; nil where it must have a row of its own:
  /// it has one, or something was told, which says of what stands in an alert's row that it was sent.
  mutating func takeBesideAlert(_ notification: QueuedNotification) -> OwedNotification? {
    let slot = notification.slot
    if told.contains(slot) { return nil }
    let edition = nextEdition()
    var place = Place(number: last + 1, id: notification.id, edition: edition)
    if let older = places.updateValue(place, forKey: slot) {
      place.number = older.number
      places[slot] = older.edition == nil ? older : place
      if older.edition == nil { return nil }
    } else {
      last += 1
    }
    return OwedNotification(notification, sequence: place.number, edition: edition)
  }

  private mutating func nextEdition() -> Int64 {
    lastEdition += 1
    return lastEdition
  }

  /// What stands in an alert's row from now on, in place of what stood there.
  mutating func setOwed(_ all: [OwedNotification], to identity: AlertEpisode) {
    owed[identity] = all.isEmpty ? nil : all
  }

  func owed(to identity: AlertEpisode) -> [OwedNotification] { owed[identity] ?? [] }

  /// Of what stands in an alert's row, what waits still and stands nowhere else.
  func waiting(besideAlert identity: AlertEpisode) -> [OwedNotification] {
    owed(to: identity).filter { one in
      places[one.slot(of: identity)]?.edition == one.edition
    }
  }

  /// Whether something waits for a slot, wherever it stands.
  func hasPlace(_ slot: QueuedNotification.Slot) -> Bool { places[slot] != nil }

  /// Whether it stands beside its alert.
  func isBesideAlert(_ slot: QueuedNotification.Slot) -> Bool { places[slot]?.edition != nil }

  /// Whether it waits: it is known, and no other has taken its place.
  func holds(_ notification: QueuedNotification) -> Bool {
    places[notification.slot]?.id == notification.id
  }

  /// The place that goes with a notification; nil for one that does not wait.
  mutating func remove(_ notification: QueuedNotification) -> (number: Int64, hasRow: Bool)? {
    let slot = notification.slot
    guard let index = places.index(forKey: slot), places[index].value.id == notification.id else {
      return nil
    }
    let place = places.remove(at: index).value
    return (place.number, place.edition == nil)
  }
}
