// On-disk contract, table `silence`: what nobody is to be told for a while.
//
//   id            never given twice
//   service       the service's name, "*" and "?" as wildcards
//   alert         the kind of alert, NULL for all of them
//   reason, author   why, and who asked
//   begun_at_ms, ends_at_ms   Unix milliseconds
//
// A row goes when the silence ends.

package import Alerting
package import LinuxSystem
private import TimeSeries

/// Silences across restarts of the daemon, in SQLite.
package final class SilenceStore {
  private let database: Database

  package init(_ state: StateDatabase) {
    database = state.database
  }

  /// Durable when it returns.
  ///
  /// - Parameter silence: its id is not looked at.
  /// - Returns: the same with the id that it has from now on.
  package func add(_ silence: Silence) throws(DatabaseError) -> Silence {
    try database.transaction { () throws(DatabaseError) in
      try database.execute(
        """
        INSERT INTO silence (service, alert, reason, author, begun_at_ms, ends_at_ms)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        [
          .text(silence.services.text), .optional(silence.kind?.rawValue), .text(silence.reason),
          .text(silence.author), .integer(silence.begunAt.milliseconds),
          .integer(silence.endsAt.milliseconds),
        ])
      var kept = silence
      kept.id = try database.query("SELECT last_insert_rowid()").first?.first?.integer ?? 0
      return kept
    }
  }

  package func remove(_ ids: [Int64]) throws(DatabaseError) {
    try database.transaction { () throws(DatabaseError) in
      for id in ids { try database.execute("DELETE FROM silence WHERE id = ?", [.integer(id)]) }
    }
  }

  /// All of them; those whose words this version does not know are left out.
  package func all() throws(DatabaseError) -> [Silence] {
    let rows = try database.query(
      "SELECT id, service, alert, reason, author, begun_at_ms, ends_at_ms FROM silence ORDER BY id")
    return rows.compactMap { row in
      guard let id = row[0].integer, let service = row[1].text, let reason = row[3].text,
        let author = row[4].text, let begunAt = row[5].integer, let endsAt = row[6].integer
      else { return nil }
      let kind = row[2].text.map(AlertKind.init)
      if let kind, kind == nil { return nil }
      return Silence(
        id: id, services: ServicePattern(service), kind: kind ?? nil, reason: reason,
        author: author, begunAt: Timestamp(milliseconds: begunAt),
        endsAt: Timestamp(milliseconds: endsAt))
    }
  }

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
