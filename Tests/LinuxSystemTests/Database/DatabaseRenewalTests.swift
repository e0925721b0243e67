import Foundation
import LinuxSystem
import Testing
import TimeSeries

/// A database file that is not trusted any more, and the one that takes its place.
@Suite struct DatabaseRenewalTests {
  private struct Refusal: Error {}

  private static func opened(_ path: String, holding value: Int64) throws -> Database {
    let database = try Database(path: path)
    try fill(database, with: value)
    return database
  }

  private static func fill(_ database: Database, with value: Int64) throws {
    try database.execute("CREATE TABLE t (value)")
    try database.transaction { () throws(DatabaseError) in
      try database.execute("INSERT INTO t VALUES (?)", [.integer(value)])
    }
  }

  private static func content(_ database: Database) throws -> [Int64?] {
    try database.query("SELECT value FROM t ORDER BY rowid").map { $0.first?.integer }
  }

  private static func files(_ directory: String) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: directory))
  }

  @Test func theNewFileTakesThePlaceOfTheOldOne() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/a.db"
      let database = try Self.opened(path, holding: 1)
      try database.renew(keepingOldAs: nil) { try Self.fill(database, with: 2) }
      #expect(try Self.content(database) == [2])
      try database.execute("INSERT INTO t VALUES (3)")
      // As a process that starts after a crash sees it.
      #expect(try Self.content(try Database(path: path)) == [2, 3])
      #expect(try Self.files(directory).subtracting(["a.db-wal", "a.db-shm"]) == ["a.db"])
    }
  }

  @Test func theOldFileIsKeptWhereThatIsAskedFor() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/a.db"
      let database = try Self.opened(path, holding: 1)
      try database.renew(keepingOldAs: ".old") { try Self.fill(database, with: 2) }
      #expect(try Self.content(try Database(path: path + ".old")) == [1])
      #expect(try Self.content(try Database(path: path)) == [2])
    }
  }

  @Test func aRenewalThatFailsChangesNothing() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/a.db"
      let database = try Self.opened(path, holding: 1)
      #expect(throws: Refusal.self) {
        try database.renew(keepingOldAs: ".old") {
          try Self.fill(database, with: 2)
          throw Refusal()
        }
      }
      #expect(throws: DatabaseError.self) {
        try database.renew(keepingOldAs: nil) {
          try database.execute("INSERT INTO nowhere VALUES (1)")
        }
      }
      #expect(try Self.content(database) == [1])
      try database.transaction { () throws(DatabaseError) in
        try database.execute("INSERT INTO t VALUES (4)")
      }
      #expect(try Self.content(try Database(path: path)) == [1, 4])
      #expect(try Self.files(directory).subtracting(["a.db-wal", "a.db-shm"]) == ["a.db"])
    }
  }

  /// What a process that starts finds after a crash in the middle of it.
  @Test func aDraftIsDroppedAndACompleteFileWins() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/a.db"
      let crashed = directory + "/crashed"
      try FileManager.default.createDirectory(atPath: crashed, withIntermediateDirectories: true)
      let database = try Self.opened(path, holding: 1)
      try database.renew(keepingOldAs: nil) {
        try Self.fill(database, with: 2)
        for name in try Self.files(directory) where name.hasPrefix("a.db") {
          try FileManager.default.copyItem(
            atPath: "\(directory)/\(name)", toPath: "\(crashed)/\(name)")
        }
      }
      let after = crashed + "/a.db"
      #expect(try Self.files(crashed).isSuperset(of: ["a.db-wal", "a.db.draft", "a.db.draft-wal"]))
      try Database.finishRenewal(path: after)
      #expect(try Self.content(try Database(path: after)) == [1])
      #expect(try Self.files(crashed).allSatisfy { !$0.contains("draft") })

      // Complete, and the old one in its place with a log of its own.
      let old = try Self.opened(crashed + "/old.db", holding: 3)
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: after + suffix)
        try FileManager.default.copyItem(atPath: old.path + suffix, toPath: after + suffix)
      }
      try FileManager.default.copyItem(atPath: path, toPath: after + ".new")
      for _ in 0..<2 {
        try Database.finishRenewal(path: after)
        #expect(try Self.content(try Database(path: after)) == [2])
      }
      #expect(try !Self.files(crashed).contains("a.db.new"))
    }
  }

  /// The point of no return lies behind it: a second try begins where the first has ended.
  @Test func aNewFileThatCannotTakeItsPlaceIsNotLost() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/a.db"
      let database = try Self.opened(path, holding: 1)
      let obstacle = path + "-shm"
      #expect(throws: SystemError.self) {
        try database.renew(keepingOldAs: nil) {
          try Self.fill(database, with: 2)
          try FileManager.default.removeItem(atPath: obstacle)
          try FileManager.default.createDirectory(
            atPath: obstacle, withIntermediateDirectories: false)
        }
      }
      #expect(throws: DatabaseError.self) { try Self.content(database) }
      #expect(throws: Refusal.self) {
        try database.renew(keepingOldAs: ".old") { throw Refusal() }
      }
      #expect(try Self.files(directory).contains("a.db.new"))
      #expect(throws: SystemError.self) { try Database.finishRenewal(path: path) }
      try FileManager.default.removeItem(atPath: obstacle)
      try database.renew(keepingOldAs: ".old") { try Self.fill(database, with: 3) }
      #expect(try Self.content(database) == [3])
      #expect(try Self.files(directory).subtracting(["a.db-wal", "a.db-shm"]) == ["a.db"])
    }
  }

  @Test func pagesThatContradictEachOtherBringSuspicionAndNothingMoreIsWritten() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/a.db"
      try Self.fill(try Database(path: path), with: 1)
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      // The table's page; the first holds the schema.
      try file.seek(toOffset: 8192)
      try file.write(contentsOf: Data(repeating: 0xA5, count: 8192))
      try file.close()
      let database = try Database(path: path)
      #expect(database.suspicion == nil)
      #expect(throws: DatabaseError.self) { try database.query("SELECT * FROM t") }
      let suspicion = try #require(database.suspicion)
      #expect(suspicion.reason == .damaged)
      #expect(throws: suspicion) {
        try database.transaction { () throws(DatabaseError) in
          try database.execute("CREATE TABLE other (value)")
        }
      }
      try database.renew(keepingOldAs: nil) { try Self.fill(database, with: 2) }
      #expect(database.suspicion == nil)
      #expect(try Self.content(database) == [2])
    }
  }
}
