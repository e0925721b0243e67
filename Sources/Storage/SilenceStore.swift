// On-disk contract, table `silence`: what nobody is to be told for a while.
//
//   id            never given twice
//   service       the service's name, "*" and "?" as wildcards
//   alert         the kind of alert, NULL for all of them
//   reason, author   why, and who asked
//   begun_at_ms, ends_at_ms   Unix milliseconds
//   checksum      CRC-32 of these without the id
//
// A row goes when the silence ends. One whose checksum is wrong does not hold: it is told in the
// journal, and goes.

package import Alerting
package import LinuxSystem
private import TimeSeries

/// Silences across restarts of the daemon, in SQLite.
package final class SilenceStore {
  private let database: Database
  /// The highest id that was ever given.
  private var lastID: Int64 = 0

  package init(_ state: StateDatabase) {
    database = state.database
  }

  /// Durable when it returns.
  ///
  /// - Parameter silence: its id is not looked at.
  /// - Returns: the same with the id that it has from now on.
  package func add(_ silence: Silence) throws(DatabaseError) -> Silence {
    try database.transaction { () throws(DatabaseError) in
      try insert(silence, id: .null)
      var kept = silence
      kept.id = try database.query("SELECT last_insert_rowid()").first?.first?.integer ?? 0
      lastID = kept.id
      return kept
    }
  }

  /// Writes all silences that hold, with their ids, into a file that has none.
  package func writeAnew(_ silences: [Silence]) throws(DatabaseError) {
    try database.transaction { () throws(DatabaseError) in
      for silence in silences { try insert(silence, id: .integer(silence.id)) }
      try database.execute("DELETE FROM sqlite_sequence WHERE name = 'silence'")
      try database.execute(
        "INSERT INTO sqlite_sequence (name, seq) VALUES ('silence', ?)", [.integer(lastID)])
    }
  }

  /// - Parameter id: `.null` for one that was never given.
  private func insert(_ silence: Silence, id: DatabaseValue) throws(DatabaseError) {
    let cells = Self.cells(of: silence)
    try database.execute(
      "INSERT INTO silence (id, \(Self.columns), checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      [id] + cells + [RowSeal.checksum(cells)])
  }

  /// Writes when these begin and end, for a clock that was set.
  package func move(_ silences: [Silence]) throws(DatabaseError) {
    try database.transaction { () throws(DatabaseError) in
      for silence in silences {
        let cells = Self.cells(of: silence)
        try database.execute(
          "UPDATE silence SET begun_at_ms = ?, ends_at_ms = ?, checksum = ? WHERE id = ?",
          cells.suffix(2) + [RowSeal.checksum(cells), .integer(silence.id)])
      }
    }
  }

  package func remove(_ ids: [Int64]) throws(DatabaseError) {
    try database.transaction { () throws(DatabaseError) in
      for id in ids { try database.execute("DELETE FROM silence WHERE id = ?", [.integer(id)]) }
    }
  }

  /// All that is kept.
  package struct Contents: Sendable {
    package var silences: [Silence] = []
    /// Ids of rows that are damaged, and what can be read of each.
    package var damaged: [(id: Int64, words: String)] = []
  }

  /// Those whose words this version does not know are left out.
  package func read() throws(DatabaseError) -> Contents {
    try database.reading { () throws(DatabaseError) in try readAll() }
  }

  private func readAll() throws(DatabaseError) -> Contents {
    var contents = Contents()
    lastID =
      try database.query("SELECT seq FROM sqlite_sequence WHERE name = 'silence'").first?.first?
      .integer ?? 0
    for row in try database.query("SELECT id, \(Self.columns), checksum FROM silence ORDER BY id") {
      guard let id = row[0].integer else { continue }
      guard let cells = RowSeal.opened(Array(row.dropFirst())) else {
        contents.damaged.append((id, RowSeal.words(Self.columns, Array(row.dropFirst()))))
        continue
      }
      if let silence = Self.silence(id, cells) { contents.silences.append(silence) }
    }
    return contents
  }

  private static func cells(of silence: Silence) -> [DatabaseValue] {
    [
      .text(silence.services.text), .optional(silence.kind?.rawValue), .text(silence.reason),
      .text(silence.author), .integer(silence.begunAt.milliseconds),
      .integer(silence.endsAt.milliseconds),
    ]
  }

  private static func silence(_ id: Int64, _ row: [DatabaseValue]) -> Silence? {
    guard let service = row[0].text, let reason = row[2].text, let author = row[3].text,
      let begunAt = row[4].integer, let endsAt = row[5].integer
    else { return nil }
    let kind = row[1].text.map(AlertKind.init)
    if let kind, kind == nil { return nil }
    return Silence(
      id: id, services: ServicePattern(service), kind: kind ?? nil, reason: reason,
      author: author, begunAt: Timestamp(milliseconds: begunAt),
      endsAt: Timestamp(milliseconds: endsAt))
  }

  /// For rows of a version that had no checksums.
  static func seal(_ database: Database) throws(DatabaseError) {
    try RowSeal.sealAll("silence", columns, in: database)
  }

  private static let columns = "service, alert, reason, author, begun_at_ms, ends_at_ms"

  static let schema = [
    """
    CREATE TABLE silence (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      service TEXT NOT NULL,
      alert TEXT,
      reason TEXT NOT NULL,
      author TEXT NOT NULL,
      begun_at_ms INTEGER NOT NULL,
      ends_at_ms INTEGER NOT NULL
    ) STRICT
    """
  ]
}
