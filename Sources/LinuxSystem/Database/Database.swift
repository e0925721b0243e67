private import CSQLite
private import Glibc
package import TimeSeries

/// One SQLite database in a file, used from one thread.
///
/// A commit is on disk when `transaction` returns: journal mode WAL with synchronous=FULL syncs
/// the log at every commit, so that a killed process or a power cut loses nothing committed. One that
/// is not `isSynced` outlives a killed process as well; a power cut may lose it, and what was
/// committed after it without being synced, never anything before it.
/// Opening does not create the directory.
@safe package final class Database {
  package let path: String
  private let connection: OpaquePointer
  /// Prepared once per SQL text; ours come from a fixed set.
  private var statements: [String: Statement] = [:]
  /// The one that ran last: thousands of rows go through one statement, and its text is long.
  private var latest: (sql: String, statement: Statement)?
  /// Whether a commit waits for the disk.
  private var isSyncing = true

  /// Opens or creates the file, and waits up to `busyTimeout` for another process's lock.
  package init(path: String, busyTimeout: TimeSpan = .seconds(2)) throws(DatabaseError) {
    self.path = path
    unsafe connection = try Self.open(path)
    unsafe sqlite3_busy_timeout(connection, Int32(clamping: busyTimeout.milliseconds))
    // Of a new file. Two alerts with their bodies fit into one page, of 4 KiB each would need its own.
    try execute("PRAGMA page_size = 8192")
    try execute("PRAGMA journal_mode = WAL")
    try execute("PRAGMA synchronous = FULL")
    try execute("PRAGMA foreign_keys = ON")
    // Debian's SQLite writes zeros over what is deleted: of thousands of alerts that were delivered, as
    // many pages again as they took. The directory is the daemon's own.
    try execute("PRAGMA secure_delete = FAST")
    // A few hundred rows need no megabytes of memory. The log is moved into the file at 500 pages
    // (4 MiB of disk): of thousands of alerts each page then goes there once.
    try execute("PRAGMA cache_size = -\(Self.usualCache)")
    try execute("PRAGMA wal_autocheckpoint = 500")
  }

  deinit {
    (statements, latest) = ([:], nil)
    unsafe sqlite3_close_v2(connection)
  }

  /// Runs one statement to its end; `values` stand for its `?` in order.
  package func execute(_ sql: String, _ values: [DatabaseValue] = []) throws(DatabaseError) {
    _ = try query(sql, values)
  }

  /// The same for cells whose texts and blobs lie in `buffer`.
  package func execute(
    _ sql: String, _ packed: PackedCells, in buffer: [UInt8]
  ) throws(DatabaseError) {
    let code = try prepared(sql).run(packed, in: buffer)
    if code != SQLITE_DONE { throw failure(code, running: sql) }
  }

  /// Every row that the statement yields, cells in the order of its columns.
  package func query(
    _ sql: String, _ values: [DatabaseValue] = []
  ) throws(DatabaseError) -> [[DatabaseValue]] {
    let statement = try prepared(sql)
    defer { statement.reset() }
    statement.bind(values)
    var rows: [[DatabaseValue]] = []
    while true {
      switch statement.step() {
      case SQLITE_ROW: rows.append(statement.row())
      case SQLITE_DONE: return rows
      case let code: throw failure(code, running: sql)
      }
    }
  }

  /// Everything in `body`, or nothing: rolled back if it throws. Does not nest.
  ///
  /// - Parameter isLarge: hundreds of rows. Their indices do not fit into the usual cache, and each row
  ///   would read and write pages of them anew.
  package func transaction<Result>(
    isSynced: Bool = true, isLarge: Bool = false, _ body: () throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    if isLarge { try execute("PRAGMA cache_size = -\(Self.largeCache)") }
    defer {
      if isLarge {
        try? execute("PRAGMA cache_size = -\(Self.usualCache)")
        try? execute("PRAGMA shrink_memory")
      }
    }
    if isSynced != isSyncing {
      try execute(isSynced ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
      isSyncing = isSynced
    }
    // Takes the write lock at once: a busy neighbour fails here and not halfway.
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // SQLite may have rolled back by itself (disk full): then there is nothing left to undo.
      if unsafe sqlite3_get_autocommit(connection) == 0 { try? execute("ROLLBACK") }
      throw error
    }
  }

  /// The application's own schema version in the file's header; 0 in a new file.
  package func userVersion() throws(DatabaseError) -> Int {
    Int(try query("PRAGMA user_version").first?.first?.integer ?? 0)
  }

  package func setUserVersion(_ version: Int) throws(DatabaseError) {
    try execute("PRAGMA user_version = \(version)")
  }

  /// Reads every page and throws `.damaged` if one contradicts another.
  package func checkIntegrity() throws(DatabaseError) {
    let answer = try query("PRAGMA quick_check(1)").first?.first?.text ?? "no answer"
    if answer != "ok" {
      throw DatabaseError(
        reason: .damaged, path: path, operation: "check its integrity", message: answer)
    }
  }

  /// KiB of pages in memory, where they are needed.
  private static let usualCache = 256
  private static let largeCache = 2048

  private func prepared(_ sql: String) throws(DatabaseError) -> Statement {
    if let latest, latest.sql == sql { return latest.statement }
    let statement: Statement
    if let known = statements[sql] {
      statement = known
    } else {
      statement = try prepare(sql)
      statements[sql] = statement
    }
    latest = (sql, statement)
    return statement
  }

  private func prepare(_ sql: String) throws(DatabaseError) -> Statement {
    var handle: OpaquePointer?
    let code = unsafe sqlite3_prepare_v2(connection, sql, -1, &handle, nil)
    guard code == SQLITE_OK, let handle = unsafe handle else { throw failure(code, running: sql) }
    return unsafe Statement(handle)
  }

  private func failure(_ code: Int32, running sql: String) -> DatabaseError {
    let operation = "run \"\(sql)\""
    let message = unsafe String(cString: sqlite3_errmsg(connection))
    return Self.failure(code, path: path, doing: operation, message: message)
  }

  private static func open(_ path: String) throws(DatabaseError) -> OpaquePointer {
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
    if code == SQLITE_OK, let handle = unsafe handle { return unsafe handle }
    var message = unsafe String(cString: sqlite3_errstr(code))
    if let handle = unsafe handle {
      let number = unsafe sqlite3_system_errno(handle)
      if number != 0 { message += " (\(unsafe String(cString: strerror(number))))" }
      unsafe sqlite3_close_v2(handle)
    }
    throw failure(code, path: path, doing: "open", message: message)
  }

  private static func failure(
    _ code: Int32, path: String, doing operation: String, message: String
  ) -> DatabaseError {
    let reason: DatabaseError.Reason =
      switch code & 0xff {
      case SQLITE_NOTADB, SQLITE_CORRUPT: .damaged
      case SQLITE_BUSY, SQLITE_LOCKED: .busy
      case SQLITE_FULL: .diskFull
      case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY, SQLITE_IOERR: .notAccessible
      default: .other(code & 0xff)
      }
    return DatabaseError(reason: reason, path: path, operation: operation, message: message)
  }
}
