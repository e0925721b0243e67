import Foundation
import LinuxSystem
import Testing
import TimeSeries

@Suite struct DatabaseTests {
  @Test func everyValueComesBackAsItWentIn() throws {
    try withTemporaryDirectory { directory in
      let database = try Database(path: directory + "/a.db")
      try database.execute("CREATE TABLE t (value)")
      let values: [DatabaseValue] = [
        .null, .integer(0), .integer(.min), .integer(.max), .real(0.1), .real(-.infinity),
        .text(""), .text("naïve 🦦\u{0}after NUL"), .blob([]), .blob([0, 255, 7]),
      ]
      for value in values { try database.execute("INSERT INTO t VALUES (?)", [value]) }
      #expect(try database.query("SELECT value FROM t ORDER BY rowid").map(\.[0]) == values)
    }
  }

  @Test func packedCellsComeBackAsTheyWentIn() throws {
    try withTemporaryDirectory { directory in
      let database = try Database(path: directory + "/a.db")
      try database.execute("CREATE TABLE t (number INTEGER UNIQUE, a, b, c, d, e, f)")
      let text = "naïve 🦦\u{0}after NUL"
      let buffer = Array(text.utf8) + [0, 255, 7]
      let end = text.utf8.count
      var packed = PackedCells()
      packed.cells = [
        .integer(.min), .null, .real(0.1), .text(0..<end), .text(3..<3), .blob(end..<end + 3),
        .blob(0..<0),
      ]
      let insert = "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)"
      try database.execute(insert, packed, in: buffer)
      #expect(throws: DatabaseError.self) { try database.execute(insert, packed, in: buffer) }
      #expect(
        try database.query("SELECT * FROM t") == [
          [
            .integer(.min), .null, .real(0.1), .text(text), .text(""), .blob([0, 255, 7]),
            .blob([]),
          ]
        ])
      packed.cells = [.integer(2), .text(0..<0), .blob(0..<0), .null, .null, .null, .null]
      try database.execute(insert, packed, in: [])
      #expect(
        try database.query("SELECT a, b FROM t WHERE number = 2") == [[.text(""), .blob([])]])
    }
  }

  @Test func aTransactionIsAllOrNothing() throws {
    try withTemporaryDirectory { directory in
      let database = try Database(path: directory + "/a.db")
      try database.execute("CREATE TABLE t (value INTEGER UNIQUE)")
      #expect(throws: DatabaseError.self) {
        try database.transaction { () throws(DatabaseError) in
          try database.execute("INSERT INTO t VALUES (1)")
          try database.execute("INSERT INTO t VALUES (1)")
        }
      }
      #expect(try database.query("SELECT count(*) FROM t") == [[.integer(0)]])
      try database.transaction { () throws(DatabaseError) in
        try database.execute("INSERT INTO t VALUES (2)")
      }
      #expect(try database.query("SELECT value FROM t") == [[.integer(2)]])
    }
  }

  /// Hundreds of rows get more memory for a moment; a file of an older LeakWatch keeps its pages.
  @Test(arguments: [4096, 8192] as [Int64])
  func aLargeTransactionOnPagesOfAnySize(bytes: Int64) throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/a.db"
      do {
        let older = try Database(path: path)
        if bytes != 8192 {
          try older.execute("PRAGMA journal_mode = DELETE")
          try older.execute("PRAGMA page_size = \(bytes)")
          try older.execute("VACUUM")
        }
        try older.execute("CREATE TABLE t (value TEXT UNIQUE)")
      }
      let database = try Database(path: path)
      #expect(try database.query("PRAGMA page_size") == [[.integer(bytes)]])
      try database.transaction(isLarge: true) { () throws(DatabaseError) in
        for number in 0..<1000 {
          try database.execute(
            "INSERT INTO t VALUES (?)", [.text("\(number * 7919 % 1000) " + "x")])
        }
      }
      #expect(try database.query("SELECT count(*) FROM t") == [[.integer(1000)]])
      #expect(throws: DatabaseError.self) {
        try database.transaction(isLarge: true) { () throws(DatabaseError) in
          try database.execute("INSERT INTO t VALUES ('1 x')")
        }
      }
      #expect(try database.query("PRAGMA cache_size") == [[.integer(-256)]])
      try database.checkIntegrity()
    }
  }

  /// The files of a running database, copied, are what a crash leaves behind.
  @Test func aCrashLosesNothingCommittedAndKeepsNothingElse() throws {
    try withTemporaryDirectory { directory in
      let database = try Database(path: directory + "/a.db")
      try database.execute("CREATE TABLE t (value)")
      try database.execute("INSERT INTO t VALUES ('committed')")
      try database.transaction { () throws(DatabaseError) in
        try database.execute("INSERT INTO t VALUES ('not yet')")
        for suffix in ["", "-wal"] {
          try? FileManager.default.copyItem(
            atPath: directory + "/a.db" + suffix, toPath: directory + "/crash.db" + suffix)
        }
      }
      let crashed = try Database(path: directory + "/crash.db")
      try crashed.checkIntegrity()
      #expect(try crashed.query("SELECT value FROM t") == [[.text("committed")]])
    }
  }

  @Test func durabilityIsAsPromised() throws {
    try withTemporaryDirectory { directory in
      let database = try Database(path: directory + "/a.db")
      #expect(try database.query("PRAGMA journal_mode") == [[.text("wal")]])
      #expect(try database.query("PRAGMA synchronous") == [[.integer(2)]])
    }
  }

  @Test func theUserVersionIsKept() throws {
    try withTemporaryDirectory { directory in
      do {
        let database = try Database(path: directory + "/a.db")
        #expect(try database.userVersion() == 0)
        try database.setUserVersion(3)
      }
      #expect(try Database(path: directory + "/a.db").userVersion() == 3)
    }
  }

  @Test func aMissingDirectoryIsNotAccessible() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/none/a.db"
      let error = #expect(throws: DatabaseError.self) { try Database(path: path) }
      #expect(error?.reason == .notAccessible)
      #expect(
        error?.description
          == "\(path): cannot open: unable to open database file (No such file or directory)")
    }
  }

  @Test func aFileThatIsNoDatabaseIsDamaged() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/a.db"
      try String(repeating: "not a database ", count: 100)
        .write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: DatabaseError.self) { try Database(path: path) }
      #expect(error?.reason == .damaged)
    }
  }

  @Test func anotherWriterIsBusy() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/a.db"
      let first = try Database(path: path)
      try first.execute("CREATE TABLE t (value)")
      let second = try Database(path: path, busyTimeout: .zero)
      try first.transaction { () throws(DatabaseError) in
        try first.execute("INSERT INTO t VALUES (1)")
        let error = #expect(throws: DatabaseError.self) {
          try second.transaction { () throws(DatabaseError) in }
        }
        #expect(error?.reason == .busy)
      }
      try second.transaction { () throws(DatabaseError) in
        try second.execute("INSERT INTO t VALUES (2)")
      }
    }
  }

  @Test func aMistakeNamesTheStatement() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/a.db"
      let database = try Database(path: path)
      let error = #expect(throws: DatabaseError.self) { try database.execute("SELEKT 1") }
      #expect(
        error?.description == "\(path): cannot run \"SELEKT 1\": near \"SELEKT\": syntax error")
    }
  }

  @Test func settingAsideTakesTheLogWithIt() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/a.db"
      for suffix in ["", "-wal", "-shm"] {
        try "x".write(toFile: path + suffix, atomically: true, encoding: .utf8)
      }
      try Database.setAside(path: path, suffix: ".damaged-1")
      let names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
      #expect(names == ["a.db.damaged-1", "a.db.damaged-1-shm", "a.db.damaged-1-wal"])
      #expect(throws: SystemError.self) {
        try Database.setAside(path: path, suffix: ".damaged-2")
      }
    }
  }
}
