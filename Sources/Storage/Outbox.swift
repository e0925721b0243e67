// On-disk contract, table `notification`: what still has to be told, and to whom.
//
//   sequence         order of arrival; a replaced row keeps its place
//   id               webhook-id, the same for every attempt; no index, see RowPlaces.swift
//   sink             name of the sink in the configuration
//   format           how `body` is to be read: "alert-1" for an alert as StateWriter writes it, else the
//                    words of a sink ("alertmanager-v2")
//   service, alert, episode   whom it speaks of; one row for these and the sink, the newest state
//   status           "firing" or "resolved"
//   severity         "ticket", "warning" or "page"
//   summary          first line of the alert
//   body             the alert, or the bytes to send
//   queued_at_ms, next_attempt_ms   Unix milliseconds
//   attempts         failed ones so far
//   last_failure     why the last one failed, NULL before
//   checksum         CRC-32 of all of these but the sequence
//
// An alert that nobody has tried to send to a sink, and of which that sink was told nothing, needs no row: it
// stands in that of the alert, see OwedNotification.swift, and is sent from there after a restart unless a
// row for the same sink and episode is newer, or `told` says that it was sent.
//
// A row is removed when the receiver has taken the notification or when it is given up. One whose
// checksum is wrong is not sent: it is told in the journal, and removed.
//
// Tables `alert` and `told`: see AlertMemory.swift.

package import Alerting
package import LinuxSystem
private import TimeSeries

/// The notifications that wait, in SQLite.
package final class Outbox: NotificationOutbox {
  private let database: Database
  /// nil where it is not known what stands in which row: before the first look, and after a write that
  /// failed.
  private var places: OutboxPlaces?

  /// From here on a transaction counts as large.
  private static let manyRows = 100

  package init(_ state: StateDatabase) {
    database = state.database
  }

  package func apply(_ change: OutboxChange) throws(DatabaseError) {
    var writer = OutboxWriter(database, try takePlaces())
    writer.reserveCapacity(for: change)
    let isLarge = max(change.alerts.count, change.kept.count) >= Self.manyRows
    try database.transaction(isLarge: isLarge) { () throws(DatabaseError) in
      try writer.apply(change)
    }
    places = writer.places
  }

  package func content() throws(DatabaseError) -> OutboxContent {
    try database.reading { () throws(DatabaseError) in
      var content = OutboxContent()
      places = try read(into: &content)
      return content
    }
  }

  private func read(into content: inout OutboxContent) throws(DatabaseError) -> OutboxPlaces {
    var places = OutboxPlaces()
    var waiting: [(number: Int64, notification: QueuedNotification)] = []
    for row in try database.query(NotificationRow.selectAll) {
      let number = row[0].integer ?? 0
      places.reserve(number)
      let cells = Array(row.dropFirst())
      guard let cells = RowSeal.opened(cells) else {
        content.damaged.append(NotificationRow.damaged(row))
        continue
      }
      guard let notification = NotificationRow.notification(cells) else { continue }
      places.note(notification, in: number)
      waiting.append((number, notification))
    }
    waiting += try AlertMemory(database).read(into: &content, &places)
    content.waiting = waiting.sorted { $0.number < $1.number }.map(\.notification)
    return places
  }

  /// Theirs who changes them: what is left here, while that may fail, is that nothing is known.
  private func takePlaces() throws(DatabaseError) -> OutboxPlaces {
    defer { places = nil }
    if let places { return places }
    var content = OutboxContent()
    return try read(into: &content)
  }

  package func replace(with content: OutboxContent) throws(DatabaseError) {
    places = nil
    var writer = OutboxWriter(database, OutboxPlaces())
    try database.transaction { () throws(DatabaseError) in try writer.replace(with: content) }
    places = writer.places
  }

  package func postpone(_ notifications: [QueuedNotification]) throws(DatabaseError) {
    var writer = OutboxWriter(database, try takePlaces())
    try database.transaction { () throws(DatabaseError) in
      for notification in notifications { try writer.postpone(notification) }
    }
    places = writer.places
  }

  static let schema = [
    """
    CREATE TABLE notification (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      sink TEXT NOT NULL,
      format TEXT NOT NULL,
      service TEXT NOT NULL,
      alert TEXT NOT NULL,
      episode TEXT NOT NULL,
      status TEXT NOT NULL,
      severity TEXT NOT NULL,
      summary TEXT NOT NULL,
      body BLOB NOT NULL,
      queued_at_ms INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      next_attempt_ms INTEGER NOT NULL,
      last_failure TEXT,
      UNIQUE (sink, service, alert, episode)
    ) STRICT
    """
  ]

  /// From schema 6 to 7: without the indices, each of which cost a page for every alert that went.
  static let withoutIndices = [
    "ALTER TABLE notification RENAME TO notification_before",
    """
    CREATE TABLE notification (
      sequence INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      sink TEXT NOT NULL,
      format TEXT NOT NULL,
      service TEXT NOT NULL,
      alert TEXT NOT NULL,
      episode TEXT NOT NULL,
      status TEXT NOT NULL,
      severity TEXT NOT NULL,
      summary TEXT NOT NULL,
      body BLOB NOT NULL,
      queued_at_ms INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      next_attempt_ms INTEGER NOT NULL,
      last_failure TEXT,
      checksum INTEGER NOT NULL
    ) STRICT
    """,
    """
    INSERT INTO notification (sequence, \(NotificationRow.columns), checksum)
    SELECT sequence, \(NotificationRow.columns), checksum FROM notification_before
    """,
    "DROP TABLE notification_before",
  ]

  /// For rows of a version that had no checksums.
  static func seal(_ database: Database) throws(DatabaseError) {
    try RowSeal.sealAll("notification", NotificationRow.columns, in: database)
  }
}
