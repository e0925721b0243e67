// On-disk contract, table `alert`: what fires, and what has ended while some sink must still be told.
//
//   number        of the row
//   service, alert, episode   one row for each episode; no index, see RowPlaces.swift
//   record        the alert as it was last worded, as StateWriter writes it
//   owed          which sinks are to be told of just this and nobody has tried to, see
//                 OwedNotification.swift; NULL for none. It stays when they are told: `told` says so
//   checksum      CRC-32 of all of these but the number
//
// Table `told`: what each sink was told.
//
//   number        of the row
//   sink, service, alert, episode   one row for each sink and episode; no index
//   severity      "ticket", "warning" or "page", as it was told last
//   told_at_ms    when, in Unix milliseconds
//   certain       0 where nobody knows whether it arrived
//   checksum      CRC-32 of all of these but the number
//
// Rows go when the end was told. One that is damaged is told in the journal and goes. Of an alert that
// fires still the rules are asked for new words, and whoever was not told of it is told.

internal import Alerting
internal import LinuxSystem
internal import TimeSeries

/// The tables of what fires and who was told of it. Begins no transaction of its own.
struct AlertMemory {
  let database: Database

  init(_ database: Database) { self.database = database }

  /// - Returns: what waits beside the alerts, with its place among all notifications.
  func read(
    into content: inout OutboxContent, _ places: inout OutboxPlaces
  ) throws(DatabaseError) -> [(number: Int64, notification: QueuedNotification)] {
    var waiting: [(number: Int64, notification: QueuedNotification)] = []
    for row in try database.query("SELECT number, \(Self.toldColumns), checksum FROM told") {
      let number = row[0].integer ?? 0
      places.told.reserve(number)
      guard let cells = RowSeal.opened(Array(row.dropFirst())) else {
        content.damaged.append(Self.damagedRow(.told, Self.toldColumns, row))
        continue
      }
      guard let one = Self.told(cells) else { continue }
      places.told.note(one.slot, in: number)
      content.told.append(one)
    }
    for row in try database.query("SELECT number, \(Self.alertColumns), checksum FROM alert") {
      let number = row[0].integer ?? 0
      places.alerts.reserve(number)
      guard let cells = RowSeal.opened(Array(row.dropFirst())) else {
        content.damaged.append(Self.damagedRow(.alert, Self.alertColumns, row))
        continue
      }
      guard let bytes = cells[3].blob, let alert = try? Alert(stateBytes: bytes) else { continue }
      places.alerts.note(alert.identity, in: number)
      content.alerts.append(alert)
      let owed = OwedNotification.all(in: cells[4].text)
      for one in places.note(owed, of: alert.identity) {
        waiting.append((one.sequence, one.notification(of: alert)))
      }
    }
    return waiting
  }

  /// For rows of a version whose checksums were of less.
  static func seal(_ database: Database) throws(DatabaseError) {
    try RowSeal.sealAll("told", toldColumns, in: database)
    try RowSeal.sealAll("alert", columnsBeforeOwed, in: database) { cells, old in
      cells[3].blob.map { old.integer == Int64(Checksum.crc32($0)) } ?? false
    }
  }

  /// For rows of a version that had no column `owed`.
  static func sealOwed(_ database: Database) throws(DatabaseError) {
    try RowSeal.sealAll("alert", alertColumns, in: database) { cells, old in
      old == RowSeal.checksum(Array(cells.dropLast()))
    }
  }

  private static func damagedRow(
    _ table: DamagedRow.Table, _ columns: String, _ row: [DatabaseValue]
  ) -> DamagedRow {
    var cells = Array(row.dropFirst())
    // Ids do not help the reader.
    if table == .alert { cells[4] = .null }
    return DamagedRow(
      table: table, number: row[0].integer ?? 0, words: RowSeal.words(columns, cells))
  }

  private static let toldColumns = "sink, service, alert, episode, severity, told_at_ms, certain"
  private static let columnsBeforeOwed = "service, alert, episode, record"
  private static let alertColumns = columnsBeforeOwed + ", owed"

  static let insertTold =
    "INSERT INTO told (\(toldColumns), checksum, number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
  static let updateTold = """
    UPDATE told SET sink = ?, service = ?, alert = ?, episode = ?, severity = ?, told_at_ms = ?,
      certain = ?, checksum = ? WHERE number = ?
    """
  static let insertAlert =
    "INSERT INTO alert (\(alertColumns), checksum, number) VALUES (?, ?, ?, ?, ?, ?, ?)"
  static let updateAlert = """
    UPDATE alert SET service = ?, alert = ?, episode = ?, record = ?, owed = ?, checksum = ?
    WHERE number = ?
    """

  /// nil for a row whose words this version does not know.
  private static func told(_ row: [DatabaseValue]) -> ToldAlert? {
    guard let sink = row[0].text, let service = row[1].text,
      let kind = row[2].text.flatMap(AlertKind.init), let episode = row[3].text,
      let severity = row[4].text.flatMap(Severity.init), let at = row[5].integer
    else { return nil }
    let slot = QueuedNotification.Slot(
      sink: sink, key: AlertKey(service: ServiceName(service), kind: kind),
      episode: EpisodeID(text: episode))
    return ToldAlert(
      slot: slot, severity: severity, at: Timestamp(milliseconds: at),
      isCertain: row[6].integer != 0)
  }

  static func write(_ one: ToldAlert, in number: Int64, to row: inout SealedRow) {
    row.removeAll()
    row.append(one.slot.sink)
    row.append(one.slot.identity)
    row.append(one.severity.rawValue)
    row.append(one.at.milliseconds)
    row.append(Int64(one.isCertain ? 1 : 0))
    row.seal(before: number)
  }

  /// - Parameter record: the alert, as StateWriter writes it.
  static func write(
    _ identity: AlertEpisode, record: [UInt8], owed: [OwedNotification], in number: Int64,
    to row: inout SealedRow
  ) {
    row.removeAll()
    row.append(identity)
    row.append(record)
    row.append(OwedNotification.text(owed))
    row.seal(before: number)
  }

  /// The bytes of the alert in a row. - Throws: where they are not what was written.
  func record(in number: Int64) throws(DatabaseError) -> [UInt8] {
    let rows = try database.query(
      "SELECT \(Self.alertColumns), checksum FROM alert WHERE number = ?", [.integer(number)])
    guard let cells = rows.first.flatMap(RowSeal.opened), let record = cells[3].blob else {
      throw unreadable(number)
    }
    return record
  }

  /// For an alert's row that says no more what was written.
  func unreadable(_ number: Int64) -> DatabaseError {
    DatabaseError(
      reason: .damaged, path: database.path, operation: "read an alert",
      message: "row \(number) is not what was written")
  }

  static let schema = [
    """
    CREATE TABLE alert (
      service TEXT NOT NULL,
      alert TEXT NOT NULL,
      episode TEXT NOT NULL,
      record BLOB NOT NULL,
      checksum INTEGER NOT NULL,
      PRIMARY KEY (service, alert, episode)
    ) STRICT
    """,
    """
    CREATE TABLE told (
      sink TEXT NOT NULL,
      service TEXT NOT NULL,
      alert TEXT NOT NULL,
      episode TEXT NOT NULL,
      severity TEXT NOT NULL,
      told_at_ms INTEGER NOT NULL,
      certain INTEGER NOT NULL,
      PRIMARY KEY (sink, service, alert, episode)
    ) STRICT
    """,
  ]
  /// From schema 7 to 8: as the outbox, which lost its indices with 7.
  static let withoutIndices = [
    "ALTER TABLE alert RENAME TO alert_before",
    "ALTER TABLE told RENAME TO told_before",
    """
    CREATE TABLE alert (
      number INTEGER PRIMARY KEY,
      service TEXT NOT NULL,
      alert TEXT NOT NULL,
      episode TEXT NOT NULL,
      record BLOB NOT NULL,
      checksum INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE told (
      number INTEGER PRIMARY KEY,
      sink TEXT NOT NULL,
      service TEXT NOT NULL,
      alert TEXT NOT NULL,
      episode TEXT NOT NULL,
      severity TEXT NOT NULL,
      told_at_ms INTEGER NOT NULL,
      certain INTEGER NOT NULL,
      checksum INTEGER NOT NULL
    ) STRICT
    """,
    """
    INSERT INTO alert (number, \(columnsBeforeOwed), checksum)
    SELECT rowid, \(columnsBeforeOwed), checksum FROM alert_before
    """,
    """
    INSERT INTO told (number, \(toldColumns), checksum)
    SELECT rowid, \(toldColumns), checksum FROM told_before
    """,
    "DROP TABLE alert_before",
    "DROP TABLE told_before",
  ]

  /// From schema 8 to 9.
  static let withOwed = ["ALTER TABLE alert ADD COLUMN owed TEXT"]
}
