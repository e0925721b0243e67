// On-disk contract, table `notification`: what still has to be told, and to whom.
//
//   sequence         order of arrival; a replaced row keeps its place
//   id               webhook-id, the same for every attempt
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

  /// From here on a transaction counts as large.
  private static let manyRows = 100

  package init(_ state: StateDatabase) {
    database = state.database
  }

  package func apply(_ change: OutboxChange) throws(DatabaseError) {
    let rows = change.kept.count + change.removed.count
    try database.transaction(
      isSynced: change.bringsNews, isLarge: rows >= Self.manyRows
    ) { () throws(DatabaseError) in
      try keep(change.kept)
      for id in change.removed {
        try database.execute("DELETE FROM notification WHERE id = ?", [.text(id)])
      }
      for row in change.discarded {
        try database.execute(
          "DELETE FROM \(row.table.rawValue) WHERE rowid = ?", [.integer(row.number)])
      }
      try AlertMemory(database).apply(change)
    }
  }

  package func content() throws(DatabaseError) -> OutboxContent {
    var content = OutboxContent()
    for row in try database.query(Self.selectAll) {
      let cells = Array(row.dropFirst())
      guard let cells = RowSeal.opened(cells) else {
        content.damaged.append(Self.damagedRow(row))
        continue
      }
      if let notification = Self.notification(cells) { content.waiting.append(notification) }
    }
    try AlertMemory(database).read(into: &content)
    return content
  }

  private static func damagedRow(_ row: [DatabaseValue]) -> DamagedRow {
    var cells = Array(row.dropFirst())
    // The reader is helped by the summary, not by the bytes of a body or an id.
    for index in [0, 2, 9, 13] { cells[index] = .null }
    return DamagedRow(
      table: .notification, number: row[0].integer ?? 0, words: RowSeal.words(columns, cells))
  }

  package func replace(with content: OutboxContent) throws(DatabaseError) {
    try database.transaction { () throws(DatabaseError) in
      try database.execute("DELETE FROM notification")
      try keep(content.waiting)
      try AlertMemory(database).replace(with: content)
    }
  }

  package func postpone(_ notification: QueuedNotification) throws(DatabaseError) {
    let cells = Self.values(of: notification)
    let names = Self.columns.split(separator: ", ").map { "\($0) = ?" }.joined(separator: ", ")
    // The checksum is of the whole row: it is written as a whole.
    try database.transaction(isSynced: false) { () throws(DatabaseError) in
      try database.execute(
        "UPDATE notification SET \(names), checksum = ? WHERE id = ?",
        cells + [RowSeal.checksum(cells), .text(notification.id)])
    }
  }

  private func keep(_ notifications: [QueuedNotification]) throws(DatabaseError) {
    for notification in notifications {
      let cells = Self.values(of: notification)
      try database.execute(Self.upsert, cells + [RowSeal.checksum(cells)])
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

  private static let columns =
    "id, sink, format, service, alert, episode, status, severity, summary, body, "
    + "queued_at_ms, attempts, next_attempt_ms, last_failure"

  private static let selectAll =
    "SELECT sequence, \(columns), checksum FROM notification ORDER BY sequence"

  /// For rows of a version that had no checksums.
  static func seal(_ database: Database) throws(DatabaseError) {
    try RowSeal.sealAll("notification", columns, in: database)
  }

  private static let upsert = """
    INSERT INTO notification (\(columns), checksum)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (sink, service, alert, episode) DO UPDATE SET
      id = excluded.id, format = excluded.format, status = excluded.status,
      severity = excluded.severity, summary = excluded.summary, body = excluded.body,
      queued_at_ms = excluded.queued_at_ms, attempts = excluded.attempts,
      next_attempt_ms = excluded.next_attempt_ms, last_failure = excluded.last_failure,
      checksum = excluded.checksum
    """

  private static func values(of notification: QueuedNotification) -> [DatabaseValue] {
    [
      .text(notification.id), .text(notification.sink), .text(notification.format),
      .text(notification.key.service.text), .text(notification.key.kind.rawValue),
      .text(notification.episode.text), .text(notification.status.rawValue),
      .text(notification.severity.rawValue), .text(notification.summary),
      .blob(notification.body), .integer(notification.queuedAt.milliseconds),
      .integer(Int64(notification.attempts)), .integer(notification.nextAttempt.milliseconds),
      .optional(notification.lastFailure),
    ]
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
