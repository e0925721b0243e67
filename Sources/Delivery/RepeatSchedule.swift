internal import Alerting
internal import TimeSeries

/// What a receiver that forgets was told and must be told again: a value without I/O. One entry for
/// each alert, the newest that was delivered.
struct RepeatSchedule: Sendable {
  private struct Entry: Sendable {
    var notification: QueuedNotification
    var due: Timestamp
    /// When an end has been repeated for long enough; nil while the alert fires.
    var until: Timestamp?
    var interval: TimeSpan

    /// A moment further away than the interval comes from a clock that was put back: it is over.
    func due(now: Timestamp) -> Timestamp { due > now + interval ? now : due }
  }

  private var entries: [AlertKey: Entry] = [:]

  subscript(key: AlertKey) -> QueuedNotification? { entries[key]?.notification }

  /// What fires, oldest first.
  var firing: [QueuedNotification] {
    entries.values.filter { $0.until == nil }.map(\.notification)
      .sorted { ($0.queuedAt, $0.id) < ($1.queuedAt, $1.id) }
  }

  /// When the first of them is due; nil where there is none.
  func nextDue(now: Timestamp, excluding taken: Set<AlertKey>) -> Timestamp? {
    entries.values.filter { !taken.contains($0.notification.key) }.map { $0.due(now: now) }.min()
  }

  /// At most `limit` entries that are due, longest due first.
  func takeDue(
    now: Timestamp, excluding taken: Set<AlertKey>, atMost limit: Int
  ) -> [QueuedNotification] {
    guard limit > 0 else { return [] }
    let due = entries.values.filter { entry in
      entry.due(now: now) <= now && !taken.contains(entry.notification.key)
    }
    let first = due.sorted { ($0.due, $0.notification.id) < ($1.due, $1.notification.id) }
      .prefix(limit)
    return first.map(\.notification)
  }

  /// After a delivery. - Returns: whether it is to be repeated.
  mutating func delivered(
    _ notification: QueuedNotification, now: Timestamp, repetition: Repetition
  ) -> Bool {
    let due = now + repetition.interval
    let known = entries[notification.key]?.until
    let until =
      notification.status == .firing ? nil : known ?? now + repetition.resolvedFor
    if let until, due > until {
      entries[notification.key] = nil
      return false
    }
    entries[notification.key] = Entry(
      notification: notification, due: due, until: until, interval: repetition.interval)
    return true
  }

  mutating func reword(_ notification: QueuedNotification) {
    entries[notification.key]?.notification = notification
  }

  /// After an attempt that failed: at the next occasion.
  mutating func failed(_ notification: QueuedNotification, now: Timestamp) {
    entries[notification.key]?.due = now
  }

  /// - Returns: what stood there.
  @discardableResult
  mutating func remove(_ key: AlertKey) -> QueuedNotification? {
    entries.removeValue(forKey: key)?.notification
  }

  /// These fire still: they count as told now. - Returns: those that are repeated.
  mutating func confirm(_ keys: Set<AlertKey>, now: Timestamp) -> [QueuedNotification] {
    var confirmed: [QueuedNotification] = []
    for (key, entry) in entries where entry.until == nil && keys.contains(key) {
      entries[key]?.notification.queuedAt = now
      confirmed.append(entry.notification)
    }
    return confirmed
  }

  /// Takes out what nobody has confirmed for `age`.
  mutating func removeLapsed(now: Timestamp, age: TimeSpan) -> [QueuedNotification] {
    let lapsed = firing.filter { now - $0.queuedAt > age }
    for notification in lapsed { entries[notification.key] = nil }
    return lapsed
  }
}
