// On-disk contract, table `notification`: what still has to be told, and to whom.
//
//   sequence         order of arrival; a replaced row keeps its place
//   id               webhook-id, the same for every attempt; no index, see RowPlaces.swift
//   sink             name of the sink in the configuration
//   format           how `body` is to be read ("standard-webhook")
//   service, alert, episode   whom it speaks of; one row for these and the sink, the newest state
//   status           "firing" or "resolved"
//   severity         "ticket", "warning" or "page"
//   summary          first line of the alert
//   body             the bytes to send
//   queued_at_ms, next_attempt_ms   Unix milliseconds
//   attempts         failed ones so far
//   last_failure     why the last one failed, NULL before
//   checksum         CRC-32 of all of these but the sequence
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
    var places = try takePlaces()
    places.reserveCapacity(for: change)
    try database.transaction(isLarge: change.kept.count >= Self.manyRows) {
      () throws(DatabaseError) in
      try keep(change.kept, &places)
      for rows in RowRuns(change.removed.compactMap { places.remove($0) }) {
        try database.execute(
          "DELETE FROM notification WHERE sequence BETWEEN ? AND ?",
          [.integer(rows.lowerBound), .integer(rows.upperBound)])
      }
      for row in change.discarded {
        try database.execute(
          "DELETE FROM \(row.table.rawValue) WHERE rowid = ?", [.integer(row.number)])
      }
      try AlertMemory(database).apply(change, &places)
    }
    self.places = places
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
    for row in try database.query(Self.selectAll) {
      let number = row[0].integer ?? 0
      places.reserve(number)
      let cells = Array(row.dropFirst())
      guard let cells = RowSeal.opened(cells) else {
        content.damaged.append(Self.damagedRow(row))
        continue
      }
      guard let notification = Self.notification(cells) else { continue }
      places.note(notification, in: number)
      content.waiting.append(notification)
    }
    try AlertMemory(database).read(into: &content, &places)
    return places
  }

  /// Theirs who changes them: what is left here, while that may fail, is that nothing is known.
  private func takePlaces() throws(DatabaseError) -> OutboxPlaces {
    defer { places = nil }
    if let places { return places }
    var content = OutboxContent()
    return try read(into: &content)
  }

  private static func damagedRow(_ row: [DatabaseValue]) -> DamagedRow {
    var cells = Array(row.dropFirst())
    // The reader is helped by the summary, not by the bytes of a body or an id.
    for index in [0, 2, 9, 13] { cells[index] = .null }
    return DamagedRow(
      table: .notification, number: row[0].integer ?? 0, words: RowSeal.words(columns, cells))
  }

  package func replace(with content: OutboxContent) throws(DatabaseError) {
    places = nil
    var places = OutboxPlaces()
    try database.transaction { () throws(DatabaseError) in
      try database.execute("DELETE FROM notification")
      try keep(content.waiting, &places)
      try AlertMemory(database).replace(with: content, &places)
    }
    self.places = places
  }

  package func postpone(_ notifications: [QueuedNotification]) throws(DatabaseError) {
    let places = try takePlaces()
    try database.transaction { () throws(DatabaseError) in
      var row = SealedRow()
      for notification in notifications {
        guard let number = places[notification] else { continue }
        // The checksum is of the whole row: it is written as a whole.
        row.removeAll()
        Self.write(notification, to: &row)
        row.seal(before: number)
        try row.execute(Self.update, in: database)
      }
    }
    self.places = places
  }

  private func keep(
    _ notifications: [QueuedNotification], _ places: inout OutboxPlaces
  ) throws(DatabaseError) {
    var row = SealedRow()
    for notification in notifications {
      let (number, isNew) = places.take(notification)
      row.removeAll()
      Self.write(notification, to: &row)
      row.seal(before: number)
      try row.execute(isNew ? Self.insert : Self.update, in: database)
    }
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
    INSERT INTO notification (sequence, \(columns), checksum)
    SELECT sequence, \(columns), checksum FROM notification_before
    """,
    "DROP TABLE notification_before",
  ]

  private static let columns =
    "id, sink, format, service, alert, episode, status, severity, summary, body, "
    + "queued_at_ms, attempts, next_attempt_ms, last_failure"

  private static let selectAll =
    "SELECT sequence, \(columns), checksum FROM notification ORDER BY sequence"

  /// For rows of a version that had no checksums.
  static func seal(_ database: Database) throws(DatabaseError) {
    try RowSeal.sealAll("notification", columns, in: database)
  }

  private static let insert = """
    INSERT INTO notification (\(columns), checksum, sequence)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """
  private static let update: String = {
    let names = columns.split(separator: ", ").map { "\($0) = ?" }.joined(separator: ", ")
    return "UPDATE notification SET \(names), checksum = ? WHERE sequence = ?"
  }()

  /// In the order of `columns`.
  private static func write(_ notification: QueuedNotification, to row: inout SealedRow) {
    row.append(notification.id)
    row.append(notification.sink)
    row.append(notification.format)
    row.append(notification.key.service.text)
    row.append(notification.key.kind.rawValue)
    row.append(notification.episode.text)
    row.append(notification.status.rawValue)
    row.append(notification.severity.rawValue)
    row.append(notification.summary)
    row.append(notification.body)
    row.append(notification.queuedAt.milliseconds)
    row.append(Int64(notification.attempts))
    row.append(notification.nextAttempt.milliseconds)
    row.append(notification.lastFailure)
  }

  /// nil for a row whose words this version does not know.
  private static func notification(_ row: [DatabaseValue]) -> QueuedNotification? {
    guard row.count == 14, let id = row[0].text, let sink = row[1].text, let format = row[2].text,
      let service = row[3].text, let kind = row[4].text.flatMap(AlertKind.init),
      let episode = row[5].text, let status = row[6].text.flatMap(Alert.Status.init),
      let severity = row[7].text.flatMap(Severity.init), let summary = row[8].text,
      let body = row[9].blob, let queuedAt = row[10].integer, let attempts = row[11].integer,
      let nextAttempt = row[12].integer
    else { return nil }
    return QueuedNotification(
      id: id, sink: sink, format: format,
      key: AlertKey(service: ServiceName(service), kind: kind), episode: EpisodeID(text: episode),
      status: status, severity: severity, summary: summary, body: body,
      queuedAt: Timestamp(milliseconds: queuedAt), attempts: Int(attempts),
      nextAttempt: Timestamp(milliseconds: nextAttempt), lastFailure: row[13].text)
  }
}
