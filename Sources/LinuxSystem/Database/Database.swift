private import CSQLite
private import Glibc
package import TimeSeries

/// One SQLite database in a file, used from one thread.
///
/// A commit is on disk when `transaction` returns: journal mode WAL with synchronous=FULL syncs
/// the log at every commit, so that a killed process or a power cut loses nothing committed. No commit
/// goes unsynced, however little it matters: the kernel drops the pages that a device did not take and
/// tells of it once, at a later commit's sync. SQLite takes back that one and goes on behind a hole in
/// its log, and all that comes after the hole is lost at the next start.
///
/// A file whose sync failed, or whose pages contradict each other, takes nothing more: see `suspicion`
/// and `renew`.
/// Opening does not create the directory.
@safe package final class Database {
  package let path: String
  /// Why what was written need not be there: a sync failed, or pages contradict each other. Every
  /// transaction fails with it until the file is renewed; nil as long as the file is trusted.
  package private(set) var suspicion: DatabaseError?
  /// Whether `reading` has failed: the file holds what nobody knows.
  package private(set) var hasFailedToRead = false
  /// nil after a renewal whose file could not be opened.
  private var connection: OpaquePointer?
  /// Pages in the log after the last commit.
  private let pagesInLog = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  /// Prepared once per SQL text; ours come from a fixed set.
  private var statements: [String: Statement] = [:]
  /// The one that ran last: thousands of rows go through one statement, and its text is long.
  private var latest: (sql: String, statement: Statement)?

  /// Opens or creates the file, and waits up to `busyTimeout` for another process's lock.
  package init(path: String, busyTimeout: TimeSpan = .seconds(2)) throws(DatabaseError) {
    self.path = path
    self.busyTimeout = busyTimeout
    unsafe pagesInLog.initialize(to: 0)
    unsafe connection = try Self.open(path)
    try configure()
  }

  private func configure() throws(DatabaseError) {
    unsafe sqlite3_busy_timeout(connection, Int32(clamping: busyTimeout.milliseconds))
    // Of a new file. Two alerts with their bodies fit into one page, of 4 KiB each would need its own.
    try execute("PRAGMA page_size = 8192")
    try execute("PRAGMA journal_mode = WAL")
    try execute("PRAGMA synchronous = FULL")
    try execute("PRAGMA foreign_keys = ON")
    // Debian's SQLite writes zeros over what is deleted: of thousands of alerts that were delivered, as
    // many pages again as they took. The directory is the daemon's own.
    try execute("PRAGMA secure_delete = FAST")
    // A few hundred rows need no megabytes of memory.
    try execute("PRAGMA cache_size = -\(Self.usualCache)")
    // In the place of SQLite's own, which tells nobody when it fails.
    unsafe pagesInLog.pointee = 0
    unsafe sqlite3_wal_hook(
      connection,
      { pagesInLog, _, _, count in
        unsafe pagesInLog?.assumingMemoryBound(to: Int32.self).pointee = count
        return SQLITE_OK
      }, pagesInLog)
  }

  deinit {
    close()
    unsafe pagesInLog.deallocate()
  }

  private func close() {
    (statements, latest) = ([:], nil)
    unsafe sqlite3_close_v2(connection)
    unsafe connection = nil
  }

  /// Writes a new file, and puts it in the place of this one once all of it is on disk. At any moment of
  /// it a process that starts finds the old content or the new one whole (see `finishRenewal`).
  ///
  /// If it throws, `suspicion` is what it was, so that it is tried again: nothing has changed, or the new
  /// file is complete and could not be opened, and this takes nothing until the next try.
  ///
  /// - Parameters:
  ///   - suffix: the old file is kept under its name with this; nil to remove it.
  ///   - write: brings schema and content. Everything here goes to the new file meanwhile.
  package func renew(
    keepingOldAs suffix: String?, _ write: () throws -> Void
  ) throws {
    let draft = path + Self.draftSuffix
    try Self.remove(path: draft)
    let old = unsafe connection
    let oldSuspicion = suspicion
    // After a try whose new file could not be opened that one is the best there is.
    let hasOld = unsafe old != nil
    (statements, latest) = ([:], nil)
    do {
      unsafe connection = nil
      unsafe connection = try Self.open(draft)
      suspicion = nil
      try configure()
      try write()
      try moveWholeLog()
      close()
      try Self.markComplete(draft: draft, of: path)
      if hasOld, let suffix { try Self.setAside(path: path, suffix: suffix) }
    } catch {
      close()
      unsafe connection = old
      suspicion = oldSuspicion
      try? Self.remove(path: draft)
      if hasOld { try? Self.remove(path: path + Self.completeSuffix) }
      throw error
    }
    suspicion = oldSuspicion
    // SQLite removes the log of what it closes by its name: before the new file has that name.
    unsafe sqlite3_close_v2(old)
    do {
      try Self.finishRenewal(path: path)
      unsafe connection = try Self.open(path)
      try configure()
    } catch {
      close()
      throw error
    }
    suspicion = nil
    hasFailedToRead = false
  }

  /// Moves all of the log into the file and syncs it; throws if anything of it stays in the log.
  private func moveWholeLog() throws(DatabaseError) {
    let operation = "PRAGMA wal_checkpoint(TRUNCATE)"
    let isBusy = try query(operation).first?.first?.integer != 0
    if let suspicion { throw suspicion }
    if isBusy {
      throw DatabaseError(
        reason: .busy, path: path, operation: "run \"\(operation)\"",
        message: "another process reads the new file")
    }
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
    isLarge: Bool = false, _ body: () throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    if let suspicion { throw suspicion }
    if isLarge { try execute("PRAGMA cache_size = -\(Self.largeCache)") }
    defer {
      if isLarge {
        try? execute("PRAGMA cache_size = -\(Self.usualCache)")
        try? execute("PRAGMA shrink_memory")
      }
    }
    // Takes the write lock at once: a busy neighbour fails here and not halfway.
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      moveLogIfLong()
      return result
    } catch {
      // SQLite may have rolled back by itself (disk full): then there is nothing left to undo.
      if unsafe sqlite3_get_autocommit(connection) == 0 { try? execute("ROLLBACK") }
      throw error
    }
  }

  /// Pages (4 MiB of disk).
  private static let longLog: Int32 = 500

  /// Moves the log into the file when it is long: of thousands of alerts each page then goes
  /// there once. What was committed is in the log, whatever comes of it.
  private func moveLogIfLong() {
    let pages = unsafe pagesInLog.pointee
    guard pages >= Self.longLog else { return }
    do {
      try execute("PRAGMA wal_checkpoint(PASSIVE)")
    } catch {
      // It will not grow for ever.
      if pages >= 4 * Self.longLog { suspicion = suspicion ?? error }
    }
  }

  /// What is to be known of the file from its start on; that it failed is remembered.
  package func reading<Result>(
    _ body: () throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    do {
      return try body()
    } catch {
      hasFailedToRead = true
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

  private let busyTimeout: TimeSpan

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
    guard unsafe connection != nil else {
      throw Self.failure(SQLITE_CANTOPEN, path: path, doing: "run \"\(sql)\"", message: "not open")
    }
    var handle: OpaquePointer?
    let code = unsafe sqlite3_prepare_v2(connection, sql, -1, &handle, nil)
    guard code == SQLITE_OK, let handle = unsafe handle else { throw failure(code, running: sql) }
    return unsafe Statement(handle)
  }

  private func failure(_ code: Int32, running sql: String) -> DatabaseError {
    let operation = "run \"\(sql)\""
    let message = unsafe String(cString: sqlite3_errmsg(connection))
    let failure = Self.failure(code, path: path, doing: operation, message: message)
    if failure.reason == .damaged, suspicion?.reason != .damaged {
      suspicion = failure
    } else if unsafe sqlite3_extended_errcode(connection) == Self.syncFailed {
      suspicion = suspicion ?? failure
    }
    return failure
  }

  /// SQLITE_IOERR_FSYNC, a macro that is not imported.
  private static let syncFailed = SQLITE_IOERR | (4 << 8)

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
