// On-disk contract: <state>/leakwatch.db, SQLite 3 in WAL mode.
//
// user_version 1:
//   notification   one row for each notification that waits, see Outbox.swift
// user_version 2:
//   past, scrape   what is known of each service, see PastStore.swift
// user_version 3:
//   alert, told    what fires and who was told of it, see AlertMemory.swift
//   silence        what nobody is to be told, see SilenceStore.swift
// user_version 4:
//   every table but scrape   a checksum over the whole row, see RowSeal.swift
// user_version 5:
//   episode, episode_step, oom_kill   the history of alerts, see HistoryStore.swift
// user_version 6:
//   restart        restarts by policy, see RestartStore.swift
// user_version 7:
//   notification   without its indices
// user_version 8:
//   alert, told    without theirs
// user_version 9:
//   alert          with what waits of it and was never tried
//
// A later version adds tables and columns in `migrations` and never changes an entry that was
// released. A file with a higher user_version is refused and left as it is. A damaged file is
// renamed to leakwatch.db.damaged-<Unix seconds>, its -wal and -shm with it, and a new one begun.
//
// A running daemon whose file is not to be trusted any more writes all that it knows into
// leakwatch.db.draft, renames that to leakwatch.db.new when it is complete, and puts it in the place of
// leakwatch.db. A leakwatch.db.new that a start finds takes that place then.

package import LinuxSystem
package import TimeSeries

/// The daemon's memory across restarts: one file, one owner, one thread.
package final class StateDatabase {
  package static let fileName = "leakwatch.db"

  package let database: Database
  /// The new name of the damaged file that stood in the way, to be told; nil most of the time.
  package let setAside: String?

  /// Opens `<directory>/leakwatch.db`, creates it where there is none and brings its schema up to
  /// date. Does not create the directory.
  package init(directory: String, now: Timestamp) throws(StateError) {
    let path = directory + "/" + Self.fileName
    // The old file would begin to live again beside the complete new one, and be thrown away later.
    do { try Database.finishRenewal(path: path) } catch { throw .cannotFinishRenewal(error) }
    do {
      database = try Self.open(path)
      setAside = nil
    } catch .database(let damage) where damage.reason == .damaged {
      let suffix = Self.suffix(at: now)
      do {
        try Database.setAside(path: path, suffix: suffix)
      } catch {
        throw .cannotSetAside(damage: damage, error)
      }
      database = try Self.open(path)
      setAside = path + suffix
    }
  }

  /// Why what stands on disk is not to be trusted and nothing is written any more; nil as long as it is.
  package var suspicion: DatabaseError? { database.suspicion }

  /// Whether a store could not read what the file holds: nobody else knows it.
  package var hasFailedToRead: Bool { database.hasFailedToRead }

  /// Writes everything into a new file, which takes the place of the one under suspicion. If it throws,
  /// it is still under suspicion.
  ///
  /// - Parameter write: brings all that must be there, through the stores.
  /// - Returns: where the old file is kept, if its pages contradict each other or some of it was not read.
  package func renew(at now: Timestamp, _ write: () throws -> Void) throws -> String? {
    let isKept = suspicion?.reason == .damaged || hasFailedToRead
    let suffix = isKept ? Self.suffix(at: now) : nil
    try database.renew(keepingOldAs: suffix) {
      try Self.migrate(database, from: 0)
      try write()
    }
    return suffix.map { database.path + $0 }
  }

  private static func suffix(at now: Timestamp) -> String { ".damaged-\(now.milliseconds / 1000)" }

  private static func open(_ path: String) throws(StateError) -> Database {
    do {
      try checkHeader(path)
      let database = try Database(path: path)
      try database.checkIntegrity()
      let version = try database.userVersion()
      guard version <= migrations.count else {
        throw StateError.writtenByNewerVersion(
          path: path, found: version, supported: migrations.count)
      }
      try checkSchema(database, version: version)
      try migrate(database, from: version)
      return database
    } catch let error as DatabaseError {
      throw .database(error)
    } catch let error as StateError {
      throw error
    } catch {
      preconditionFailure("no other error is thrown here: \(error)")
    }
  }

  /// SQLite takes a file without a header for a new one: what was in it would be lost in silence.
  private static func checkHeader(_ path: String) throws(DatabaseError) {
    guard let size = try? FileAttributes(of: path).size, size < headerBytes else { return }
    throw DatabaseError(
      reason: .damaged, path: path, operation: "read its header",
      message: "it has \(size) bytes")
  }

  /// SQLite has no checksums: a name of a table or column that has changed shows only when it is used.
  private static func checkSchema(_ database: Database, version: Int) throws(DatabaseError) {
    let model = try Database(path: ":memory:")
    for statement in migrations[..<version].flatMap(\.statements) { try model.execute(statement) }
    let listing = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    guard try database.query(listing) != model.query(listing) else { return }
    throw DatabaseError(
      reason: .damaged, path: database.path, operation: "recognise its tables",
      message: "they are not those of schema version \(version)")
  }

  private static func migrate(_ database: Database, from version: Int) throws(DatabaseError) {
    guard version < migrations.count else { return }
    try database.transaction { () throws(DatabaseError) in
      for migration in migrations[version...] {
        for statement in migration.statements { try database.execute(statement) }
        try migration.rework(database)
      }
      try database.setUserVersion(migrations.count)
    }
  }

  /// Of an SQLite 3 file.
  private static let headerBytes = 100

  /// What leads from one version to the next.
  package struct Migration: Sendable {
    package var statements: [String]
    /// What SQL cannot say, in the same transaction.
    var rework: @Sendable (Database) throws(DatabaseError) -> Void = { _ in }
  }

  /// The way from version n to n + 1, at index n.
  package static let migrations = [
    Migration(statements: Outbox.schema),
    Migration(statements: PastStore.schema),
    Migration(statements: AlertMemory.schema + SilenceStore.schema),
    Migration(
      statements: ["notification", "told", "silence"].map {
        "ALTER TABLE \($0) ADD COLUMN checksum INTEGER NOT NULL DEFAULT -1"
      },
      rework: { database throws(DatabaseError) in
        try Outbox.seal(database)
        try AlertMemory.seal(database)
        try PastStore.seal(database)
        try SilenceStore.seal(database)
      }),
    Migration(statements: HistoryStore.schema),
    Migration(statements: RestartStore.schema),
    Migration(statements: Outbox.withoutIndices),
    Migration(statements: AlertMemory.withoutIndices),
    Migration(
      statements: AlertMemory.withOwed,
      rework: { database throws(DatabaseError) in try AlertMemory.sealOwed(database) }),
  ]
}
