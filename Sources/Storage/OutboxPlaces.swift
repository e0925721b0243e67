internal import Alerting

/// In which row of the outbox's tables everything stands.
struct OutboxPlaces {
  var alerts = RowPlaces<AlertEpisode>()
  var told = RowPlaces<QueuedNotification.Slot>()

  // Of the notifications:
  private struct Place {
    var number: Int64
    var slot: QueuedNotification.Slot
  }

  private var places: [String: Place] = [:]
  private var ids: [QueuedNotification.Slot: String] = [:]
  /// The highest number so far, of rows that cannot be read too.
  private var last: Int64 = 0

  /// No other row gets this number.
  mutating func reserve(_ number: Int64) { last = max(last, number) }

  /// What stands in a row on disk.
  mutating func note(_ notification: QueuedNotification, in number: Int64) {
    reserve(number)
    places[notification.id] = Place(number: number, slot: notification.slot)
    ids[notification.slot] = notification.id
  }

  /// The row for a notification: that of an older one for the same slot, else a new one at the end.
  mutating func take(_ notification: QueuedNotification) -> (number: Int64, isNew: Bool) {
    let slot = notification.slot
    let older = ids.updateValue(notification.id, forKey: slot)
    let place = older.flatMap { places.removeValue(forKey: $0) }
    let number = place?.number ?? last + 1
    reserve(number)
    places[notification.id] = Place(number: number, slot: slot)
    return (number, place == nil)
  }

  /// nil for an unknown id.
  subscript(id: String) -> Int64? { places[id]?.number }

  /// The row that goes with a notification; nil for an unknown id.
  mutating func remove(_ id: String) -> Int64? {
    guard let place = places.removeValue(forKey: id) else { return nil }
    ids[place.slot] = nil
    return place.number
  }
}
