internal import Alerting
internal import LinuxSystem
private import TimeSeries

/// A row of the table `notification`, see Outbox.swift.
enum NotificationRow {
  static let columns =
    "id, sink, format, service, alert, episode, status, severity, summary, body, "
    + "queued_at_ms, attempts, next_attempt_ms, last_failure"

  static let selectAll =
    "SELECT sequence, \(columns), checksum FROM notification ORDER BY sequence"

  static let insert = """
    INSERT INTO notification (\(columns), checksum, sequence)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """
  static let update: String = {
    let names = columns.split(separator: ", ").map { "\($0) = ?" }.joined(separator: ", ")
    return "UPDATE notification SET \(names), checksum = ? WHERE sequence = ?"
  }()

  /// In the order of `columns`.
  static func write(_ notification: QueuedNotification, to row: inout SealedRow) {
    row.append(notification.id)
    row.append(notification.sink)
    row.append(notification.message.format)
    row.append(notification.key.service.text)
    row.append(notification.key.kind.rawValue)
    row.append(notification.episode.text)
    row.append(notification.status.rawValue)
    row.append(notification.severity.rawValue)
    row.append(notification.summary)
    row.append(notification.message.bytes)
    row.append(notification.queuedAt.milliseconds)
    row.append(Int64(notification.attempts))
    row.append(notification.nextAttempt.milliseconds)
    row.append(notification.lastFailure)
  }

  /// nil for a row whose words this version does not know.
  static func notification(_ row: [DatabaseValue]) -> QueuedNotification? {
    guard row.count == 14, let id = row[0].text, let sink = row[1].text, let format = row[2].text,
      let service = row[3].text, let kind = row[4].text.flatMap(AlertKind.init),
      let episode = row[5].text, let status = row[6].text.flatMap(Alert.Status.init),
      let severity = row[7].text.flatMap(Severity.init), let summary = row[8].text,
      let body = row[9].blob, let queuedAt = row[10].integer, let attempts = row[11].integer,
      let nextAttempt = row[12].integer,
      let message = try? QueuedNotification.Message(bytes: body, format: format)
    else { return nil }
    return QueuedNotification(
      id: id, sink: sink, key: AlertKey(service: ServiceName(service), kind: kind),
      episode: EpisodeID(text: episode), status: status, severity: severity, summary: summary,
      message: message,
      queuedAt: Timestamp(milliseconds: queuedAt), attempts: Int(attempts),
      nextAttempt: Timestamp(milliseconds: nextAttempt), lastFailure: row[13].text)
  }

  static func damaged(_ row: [DatabaseValue]) -> DamagedRow {
    var cells = Array(row.dropFirst())
    // The reader is helped by the summary, not by the bytes of a body or an id.
    for index in [0, 2, 9, 13] { cells[index] = .null }
    return DamagedRow(
      table: .notification, number: row[0].integer ?? 0, words: RowSeal.words(columns, cells))
  }
}
