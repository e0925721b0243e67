internal import Alerting

/// In which row of the outbox's tables everything stands.
struct OutboxPlaces {
  var alerts = RowPlaces<AlertEpisode>()
  var told = RowPlaces<QueuedNotification.Slot>()

  // Of the notifications:
  private struct Place {
    var number: Int64
    var id: String
  }

  private var places: [QueuedNotification.Slot: Place] = [:]
  /// The highest number so far, of rows that cannot be read too.
  private var last: Int64 = 0

  /// No other row gets this number.
  mutating func reserve(_ number: Int64) { last = max(last, number) }

  /// Makes room for what a change adds: a table of thousands is not laid out anew again and again.
  mutating func reserveCapacity(for change: OutboxChange) {
    places.reserveCapacity(places.count + change.kept.count)
    told.reserveCapacity(change.kept.count)
    alerts.reserveCapacity(change.alerts.count)
  }

  /// What stands in a row on disk.
  mutating func note(_ notification: QueuedNotification, in number: Int64) {
    reserve(number)
    places[notification.slot] = Place(number: number, id: notification.id)
  }

  /// The row for a notification: that of an older one for the same slot, else a new one at the end.
  mutating func take(_ notification: QueuedNotification) -> (number: Int64, isNew: Bool) {
    let (slot, id) = (notification.slot, notification.id)
    // Most are new: the slot is hashed once.
    guard let older = places.updateValue(Place(number: last + 1, id: id), forKey: slot) else {
      last += 1
      return (last, true)
    }
    places[slot] = Place(number: older.number, id: id)
    return (older.number, false)
  }

  /// nil for an unknown one, and where another has taken its place.
  subscript(notification: QueuedNotification) -> Int64? {
    guard let place = places[notification.slot], place.id == notification.id else { return nil }
    return place.number
  }

  /// The row that goes with a notification; nil as above.
  mutating func remove(_ notification: QueuedNotification) -> Int64? {
    let slot = notification.slot
    guard let index = places.index(forKey: slot), places[index].value.id == notification.id else {
      return nil
    }
    return places.remove(at: index).value.number
  }
}
