// On-disk contract, table `alert`: what fires, and what has ended while some sink must still be told.
//
//   number        of the row
//   service, alert, episode   one row for each episode; no index, see RowPlaces.swift
//   record        the alert as it was last worded, as StateWriter writes it
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
// Rows go when the end was told. One that is damaged is told in the journal and goes: the rules say
// again what fires, and it is told as if it were new.

internal import Alerting
internal import LinuxSystem
internal import TimeSeries

/// What fires and who was told of it, in SQLite. Begins no transaction of its own.
struct AlertMemory {
  let database: Database

  init(_ database: Database) { self.database = database }

  func apply(_ change: OutboxChange, _ places: inout OutboxPlaces) throws(DatabaseError) {
    try keep(change.told, &places.told)
    for slot in change.untold {
      guard let number = places.told.remove(slot) else { continue }
      try database.execute("DELETE FROM told WHERE number = ?", [.integer(number)])
    }
    try keep(change.alerts, &places.alerts)
    for identity in change.forgotten {
      guard let number = places.alerts.remove(identity) else { continue }
      try database.execute("DELETE FROM alert WHERE number = ?", [.integer(number)])
    }
  }

  func replace(
    with content: OutboxContent, _ places: inout OutboxPlaces
  ) throws(DatabaseError) {
    try database.execute("DELETE FROM told")
    try database.execute("DELETE FROM alert")
    try keep(content.told, &places.told)
    try keep(content.alerts, &places.alerts)
  }

  func read(
    into content: inout OutboxContent, _ places: inout OutboxPlaces
  ) throws(DatabaseError) {
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
    }
  }

  /// For rows of a version whose checksums were of less.
  static func seal(_ database: Database) throws(DatabaseError) {
    try RowSeal.sealAll("told", toldColumns, in: database)
    try RowSeal.sealAll("alert", alertColumns, in: database) { cells, old in
      cells[3].blob.map { old.integer == Int64(Checksum.crc32($0)) } ?? false
    }
  }

  private static func damagedRow(
    _ table: DamagedRow.Table, _ columns: String, _ row: [DatabaseValue]
  ) -> DamagedRow {
    DamagedRow(
      table: table, number: row[0].integer ?? 0,
      words: RowSeal.words(columns, Array(row.dropFirst())))
  }

  private static let toldColumns = "sink, service, alert, episode, severity, told_at_ms, certain"
  private static let alertColumns = "service, alert, episode, record"

  private static let insertTold =
    "INSERT INTO told (\(toldColumns), checksum, number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
  private static let updateTold = """
    UPDATE told SET sink = ?, service = ?, alert = ?, episode = ?, severity = ?, told_at_ms = ?,
      certain = ?, checksum = ? WHERE number = ?
    """
  private static let insertAlert =
    "INSERT INTO alert (\(alertColumns), checksum, number) VALUES (?, ?, ?, ?, ?, ?)"
  private static let updateAlert = """
    UPDATE alert SET service = ?, alert = ?, episode = ?, record = ?, checksum = ?
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

  private func keep(
    _ told: [ToldAlert], _ places: inout RowPlaces<QueuedNotification.Slot>
  ) throws(DatabaseError) {
    var row = SealedRow(capacity: 256)
    for one in told {
      let (number, isNew) = places.take(one.slot)
      row.removeAll()
      row.append(one.slot.sink)
      row.append(one.slot.identity)
      row.append(one.severity.rawValue)
      row.append(one.at.milliseconds)
      row.append(Int64(one.isCertain ? 1 : 0))
      row.seal(before: number)
      try row.execute(isNew ? Self.insertTold : Self.updateTold, in: database)
    }
  }

  private func keep(
    _ alerts: [Alert], _ places: inout RowPlaces<AlertEpisode>
  ) throws(DatabaseError) {
    var row = SealedRow()
    var record = StateWriter(capacity: 2048, looksForTexts: false)
    for alert in alerts {
      let (number, isNew) = places.take(alert.identity)
      record.removeAll()
      record.write(alert)
      row.removeAll()
      row.append(alert.identity)
      row.append(record.bytes)
      row.seal(before: number)
      try row.execute(isNew ? Self.insertAlert : Self.updateAlert, in: database)
    }
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
    INSERT INTO alert (number, \(alertColumns), checksum)
    SELECT rowid, \(alertColumns), checksum FROM alert_before
    """,
    """
    INSERT INTO told (number, \(toldColumns), checksum)
    SELECT rowid, \(toldColumns), checksum FROM told_before
    """,
    "DROP TABLE alert_before",
    "DROP TABLE told_before",
  ]
}
