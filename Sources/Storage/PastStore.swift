// On-disk contract, table `past`: what the Engine knows of a service, of a group of replicas, or of itself.
//
//   name, kind    of whom ("service", "group" or "own"); one row for each
//   record        the Engine's own bytes
//   checksum      CRC-32 of these
//   saved_at_ms   Unix milliseconds
//
// Table `scrape`: what was scraped since the oldest of those records, to be taken in again.
//
//   sequence      order of arrival
//   record        a count of scrape results and the results, as StateWriter writes them
//   checksum      CRC-32 of the record
//   saved_at_ms   as above
//
// A row whose checksum or content is wrong is dropped and told; the others are not touched by it.

package import LinuxSystem
package import TimeSeries

/// The windows, lives and alerts of services across restarts of the daemon, in SQLite.
package final class PastStore {
  package enum Kind: String, Sendable {
    case service, group
    /// What LeakWatch tells of itself.
    case own
  }

  package struct Record: Hashable, Sendable {
    package var name: ServiceName
    package var kind: Kind
    package var bytes: [UInt8]

    package init(_ kind: Kind, _ name: ServiceName, _ bytes: [UInt8]) {
      self.name = name
      self.kind = kind
      self.bytes = bytes
    }
  }

  /// All that is kept.
  package struct Past: Sendable {
    package var records: [Record] = []
    /// In the order in which they came.
    package var scrapes: [ScrapeResult] = []
    /// What cannot be read, in words for a person.
    package var faults: [String] = []
  }

  private let database: Database
  /// Up to when scrapes were dropped last. The time of a row stands behind megabytes of it: looking for
  /// more of them with every five hundred records reads the whole table.
  private var droppedBefore: Timestamp?

  package init(_ state: StateDatabase) {
    database = state.database
  }

  /// Writes all of it, or nothing.
  ///
  /// - Parameters:
  ///   - gone: services and groups that are forgotten.
  ///   - oldest: scrapes that were written before are in every record and not needed any more.
  package func keep(
    _ records: [Record], scrapes: [ScrapeResult], gone: [(Kind, ServiceName)] = [],
    dropScrapesBefore oldest: Timestamp?, at now: Timestamp
  ) throws(DatabaseError) {
    try database.transaction { () throws(DatabaseError) in
      var row = SealedRow()
      for record in records {
        row.removeAll()
        row.append(record.name.text)
        row.append(record.kind.rawValue)
        row.append(record.bytes)
        row.seal(before: now.milliseconds)
        try row.execute(Self.upsert, in: database)
      }
      for (kind, name) in gone {
        try database.execute(
          "DELETE FROM past WHERE kind = ? AND name = ?", [.text(kind.rawValue), .text(name.text)])
      }
      if let oldest, oldest != droppedBefore {
        try database.execute(
          "DELETE FROM scrape WHERE saved_at_ms < ?", [.integer(oldest.milliseconds)])
      }
      if !scrapes.isEmpty {
        var writer = StateWriter()
        writer.write(scrapes)
        try database.execute(
          "INSERT INTO scrape (record, checksum, saved_at_ms) VALUES (?, ?, ?)",
          Self.sealed(writer.bytes, now))
      }
    }
    droppedBefore = oldest ?? droppedBefore
  }

  package func read() throws(DatabaseError) -> Past {
    try database.reading { () throws(DatabaseError) in try readAll() }
  }

  private func readAll() throws(DatabaseError) -> Past {
    var past = Past()
    for row in try database.query("SELECT \(Self.columns), checksum FROM past ORDER BY name") {
      guard let cells = RowSeal.opened(row) else {
        past.faults.append("\(row[0].text ?? "a service"): its checksum is wrong")
        continue
      }
      guard let name = cells[0].text, let kind = cells[1].text.flatMap(Kind.init),
        let bytes = cells[2].blob
      else { continue }
      past.records.append(Record(kind, ServiceName(name), bytes))
    }
    for row in try database.query("SELECT record, checksum FROM scrape ORDER BY sequence") {
      guard let bytes = Self.unsealed(row[0], row[1]) else {
        past.faults.append("a minute of scrapes: its checksum is wrong")
        continue
      }
      do {
        var reader = StateReader(bytes)
        past.scrapes += try reader.values(ScrapeResult.self)
      } catch {
        past.faults.append("a minute of scrapes: \(error)")
      }
    }
    return past
  }

  private static let columns = "name, kind, record"

  /// For rows of a version whose checksums were of the record alone.
  static func seal(_ database: Database) throws(DatabaseError) {
    try RowSeal.sealAll("past", columns, in: database) { cells, old in
      unsealed(cells[2], old) != nil
    }
  }

  static let schema = [
    """
    CREATE TABLE past (
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      record BLOB NOT NULL,
      checksum INTEGER NOT NULL,
      saved_at_ms INTEGER NOT NULL,
      PRIMARY KEY (kind, name)
    ) STRICT
    """,
    """
    CREATE TABLE scrape (
      sequence INTEGER PRIMARY KEY,
      record BLOB NOT NULL,
      checksum INTEGER NOT NULL,
      saved_at_ms INTEGER NOT NULL
    ) STRICT
    """,
  ]

  private static let upsert = """
    INSERT INTO past (name, kind, record, checksum, saved_at_ms) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (kind, name) DO UPDATE SET record = excluded.record, checksum = excluded.checksum,
      saved_at_ms = excluded.saved_at_ms
    """

  private static func sealed(_ bytes: [UInt8], _ now: Timestamp) -> [DatabaseValue] {
    [.blob(bytes), .integer(Int64(Checksum.crc32(bytes))), .integer(now.milliseconds)]
  }

  private static func unsealed(_ record: DatabaseValue, _ checksum: DatabaseValue) -> [UInt8]? {
    guard let bytes = record.blob, checksum.integer == Int64(Checksum.crc32(bytes)) else {
      return nil
    }
    return bytes
  }
}
