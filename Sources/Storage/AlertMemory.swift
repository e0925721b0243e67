// On-disk contract, table `alert`: what fires, and what has ended while some sink must still be told.
//
//   service, alert, episode   one row for each episode
//   record        the alert as it was last worded, as StateWriter writes it
//   checksum      CRC-32 of all of these
//
// Table `told`: what each sink was told.
//
//   sink, service, alert, episode   one row for each sink and episode
//   severity      "ticket", "warning" or "page", as it was told last
//   told_at_ms    when, in Unix milliseconds
//   certain       0 where nobody knows whether it arrived
//   checksum      CRC-32 of all of these
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

  func apply(_ change: OutboxChange) throws(DatabaseError) {
    try keep(change.told)
    for slot in change.untold {
      try database.execute(
        "DELETE FROM told WHERE sink = ? AND service = ? AND alert = ? AND episode = ?",
        [.text(slot.sink)] + Self.columns(of: slot.identity))
    }
    try keep(change.alerts)
    for identity in change.forgotten {
      try database.execute(
        "DELETE FROM alert WHERE service = ? AND alert = ? AND episode = ?",
        Self.columns(of: identity))
    }
  }

  func replace(with content: OutboxContent) throws(DatabaseError) {
    try database.execute("DELETE FROM told")
    try database.execute("DELETE FROM alert")
    try keep(content.told)
    try keep(content.alerts)
  }

  func read(into content: inout OutboxContent) throws(DatabaseError) {
    for row in try database.query("SELECT rowid, \(Self.toldColumns), checksum FROM told") {
      guard let cells = RowSeal.opened(Array(row.dropFirst())) else {
        content.damaged.append(Self.damagedRow(.told, Self.toldColumns, row))
        continue
      }
      if let one = Self.told(cells) { content.told.append(one) }
    }
    for row in try database.query("SELECT rowid, \(Self.alertColumns), checksum FROM alert") {
      guard let cells = RowSeal.opened(Array(row.dropFirst())) else {
        content.damaged.append(Self.damagedRow(.alert, Self.alertColumns, row))
        continue
      }
      if let bytes = cells[3].blob, let alert = try? Alert(stateBytes: bytes) {
        content.alerts.append(alert)
      }
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

  private static let upsertTold = """
    INSERT INTO told (\(toldColumns), checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (sink, service, alert, episode) DO UPDATE SET
      severity = excluded.severity, told_at_ms = excluded.told_at_ms,
      certain = excluded.certain, checksum = excluded.checksum
    """
  private static let upsertAlert = """
    INSERT INTO alert (\(alertColumns), checksum) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (service, alert, episode) DO UPDATE SET
      record = excluded.record, checksum = excluded.checksum
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

  private func keep(_ told: [ToldAlert]) throws(DatabaseError) {
    var row = SealedRow(capacity: 256)
    for one in told {
      row.removeAll()
      row.append(one.slot.sink)
      row.append(one.slot.identity)
      row.append(one.severity.rawValue)
      row.append(one.at.milliseconds)
      row.append(Int64(one.isCertain ? 1 : 0))
      row.seal()
      try row.execute(Self.upsertTold, in: database)
    }
  }

  private func keep(_ alerts: [Alert]) throws(DatabaseError) {
    var row = SealedRow()
    var record = StateWriter(capacity: 2048)
    for alert in alerts {
      record.removeAll()
      record.write(alert)
      row.removeAll()
      row.append(alert.identity)
      row.append(record.bytes)
      row.seal()
      try row.execute(Self.upsertAlert, in: database)
    }
  }

  private static func columns(of identity: AlertEpisode) -> [DatabaseValue] {
    [
      .text(identity.key.service.text), .text(identity.key.kind.rawValue),
      .text(identity.episode.text),
    ]
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
}
