// On-disk contract, table `restart`: what is known of the restarts of an instance, and which one is
// under way.
//
//   service       the instance; one row for each
//   record        the Engine's own bytes
//   checksum      CRC-32 of these
//   saved_at_ms   Unix milliseconds
//
// A row is written before the act that it tells of. One whose checksum is wrong is told in the journal,
// and its instance counts as one that did not come back: nobody knows what was under way.

package import LinuxSystem
package import TimeSeries

/// Restarts across restarts of the daemon, in SQLite.
package final class RestartStore {
  package struct Contents: Sendable {
    package var records: [ServiceName: [UInt8]] = [:]
    package var damaged: [ServiceName] = []

    package init() {}
  }

  private let database: Database

  package init(_ state: StateDatabase) {
    database = state.database
  }

  /// All of it or nothing; durable when it returns.
  ///
  /// - Parameter records: nil for an instance that is forgotten.
  package func keep(
    _ records: [ServiceName: [UInt8]?], at now: Timestamp
  ) throws(DatabaseError) {
    try database.transaction { () throws(DatabaseError) in
      for (service, record) in records {
        guard let record else {
          try database.execute("DELETE FROM restart WHERE service = ?", [.text(service.text)])
          continue
        }
        let cells: [DatabaseValue] = [.text(service.text), .blob(record)]
        try database.execute(
          """
          INSERT INTO restart (service, record, checksum, saved_at_ms) VALUES (?, ?, ?, ?)
          ON CONFLICT (service) DO UPDATE SET record = excluded.record,
            checksum = excluded.checksum, saved_at_ms = excluded.saved_at_ms
          """,
          cells + [RowSeal.checksum(cells), .integer(now.milliseconds)])
      }
    }
  }

  package func read() throws(DatabaseError) -> Contents {
    try database.reading { () throws(DatabaseError) in try readAll() }
  }

  private func readAll() throws(DatabaseError) -> Contents {
    var contents = Contents()
    for row in try database.query("SELECT service, record, checksum FROM restart") {
      guard let name = row[0].text else { continue }
      if let bytes = RowSeal.opened(row)?[1].blob {
        contents.records[ServiceName(name)] = bytes
      } else {
        contents.damaged.append(ServiceName(name))
      }
    }
    return contents
  }

  static let schema = [
    """
    CREATE TABLE restart (
      service TEXT NOT NULL PRIMARY KEY,
      record BLOB NOT NULL,
      checksum INTEGER NOT NULL,
      saved_at_ms INTEGER NOT NULL
    ) STRICT
    """
  ]
}
