import Alerting
import Foundation
import LinuxSystem
import Storage
import TestSupport
import Testing
import TimeSeries

/// A state file and its write-ahead log as a crash leaves them, cut off or with a bit turned. What is
/// read from it afterwards is what was written, or it is told that it is not.
@Suite struct DamagedStateTests {
  private static let now = Timestamp(milliseconds: 1_795_341_600_000)

  /// What a state holds, in one line for each row.
  private struct Contents: Equatable {
    var rows: Set<String> = []
    var isTold = false

    init(_ state: StateDatabase) throws {
      isTold = state.setAside != nil
      let content = try Outbox(state).content()
      rows = Set(content.waiting.map { "\($0)" })
      isTold = isTold || !content.damaged.isEmpty
      let past = try PastStore(state).read()
      isTold = isTold || !past.faults.isEmpty
      rows.formUnion(past.records.map { "\($0.kind) \($0.name) \($0.bytes)" })
      rows.formUnion(past.scrapes.map { "\($0)" })
      let history = try HistoryStore(state).read()
      isTold = isTold || !history.faults.isEmpty
      rows.formUnion(history.episodes.map { "\($0)" })
    }
  }

  /// The files of a database that nobody has closed, so that part of it is in the log alone.
  private struct CrashImage {
    var files: [String: Data] = [:]
    let contents: Contents

    /// - Parameter logged: how many of nine commits are in the log alone.
    init(logged: Int) throws {
      var files: [String: Data] = [:]
      let folder = try TemporaryFolder()
      let state = try StateDatabase(directory: folder.url.path, now: DamagedStateTests.now)
      for index in 0..<9 - logged { try Self.write(index, to: state) }
      try state.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
      for index in 9 - logged..<9 { try Self.write(index, to: state) }
      for name in ["leakwatch.db", "leakwatch.db-wal"] {
        files[name] = try Data(contentsOf: folder.url.appendingPathComponent(name))
      }
      self.files = files
      contents = try Contents(state)
    }

    private static func write(_ index: Int, to state: StateDatabase) throws {
      let service = ServiceName("api-\(index)")
      let notification = OutboxTests.notification("id-\(index)", service: service.text)
      try Outbox(state).apply(OutboxChange(kept: [notification]))
      let scrape = ScrapeResult(
        service: service, source: .cgroup, timestamp: now + .minutes(Int64(index)),
        incarnation: Incarnation(identity: "a", startedAt: nil),
        readings: [Reading(.memoryAnon, 1e9 + Double(index))])
      try PastStore(state).keep(
        [.init(.service, service, (0..<400).map { UInt8(truncatingIfNeeded: $0 &* 7 + index) })],
        scrapes: [scrape], dropScrapesBefore: nil, at: now)
      var change = HistoryChange()
      change.episodes = [
        EpisodeRecord(
          key: AlertKey(service: service, kind: .memoryGrowth), id: EpisodeID(text: "e"),
          severity: .page, firedAt: now, summary: "it grows")
      ]
      try HistoryStore(state).apply(change, dropKillsBefore: now)
    }

    /// Opens the image with one file changed.
    func opened(_ name: String, _ change: (inout Data) -> Void) throws -> Contents {
      let folder = try TemporaryFolder()
      for (file, whole) in files {
        var data = whole
        if file == name { change(&data) }
        try data.write(to: folder.url.appendingPathComponent(file))
      }
      return try Contents(
        StateDatabase(directory: folder.url.path, now: DamagedStateTests.now))
    }
  }

  /// Bytes between two lengths; `LENGTH_STEP=1` cuts the files at every byte, which takes half an hour.
  private static func step(_ usual: Int) -> Int {
    ProcessInfo.processInfo.environment["LENGTH_STEP"].flatMap { Int($0) } ?? usual
  }

  /// The log holds the newest commits: cut off, it loses the last of them, never an older one, and
  /// nothing is damaged.
  @Test func aLogThatIsCutOffHoldsWhatWasBefore() throws {
    let image = try CrashImage(logged: 3)
    let whole = try #require(image.files["leakwatch.db-wal"]).count
    var sizes: [Int] = []
    for length in stride(from: 0, through: whole, by: Self.step(1031)) {
      let found = try image.opened("leakwatch.db-wal") { $0 = $0.prefix(length) }
      #expect(!found.isTold, "cut to \(length) bytes")
      #expect(found.rows.isSubset(of: image.contents.rows), "cut to \(length) bytes")
      sizes.append(found.rows.count)
    }
    #expect(sizes.first == 24)
    #expect(sizes == sizes.sorted())
    #expect(try image.opened("leakwatch.db-wal") { _ in } == image.contents)
    #expect(image.contents.rows.count == 36)
  }

  @Test func aFileThatIsCutOffIsReadOrToldAndSetAside() throws {
    let image = try CrashImage(logged: 3)
    let whole = try #require(image.files["leakwatch.db"]).count
    let lengths = Array(0..<120) + Array(stride(from: 120, to: whole, by: Self.step(509)))
    for length in lengths {
      let found = try image.opened("leakwatch.db") { $0 = $0.prefix(length) }
      #expect(found.isTold || found.rows == image.contents.rows, "cut to \(length) bytes")
    }
  }

  @Test(arguments: [("leakwatch.db", 3), ("leakwatch.db-wal", 3), ("leakwatch.db", 0)])
  func aTurnedBitIsToldOrHarmless(name: String, logged: Int) throws {
    let image = try CrashImage(logged: logged)
    let whole = try #require(image.files[name]).count
    var random = SeededGenerator(seed: 20_261_128)
    for _ in 0..<600 {
      let place = Int.random(in: 0..<whole, using: &random)
      let bit = Int.random(in: 0..<8, using: &random)
      let found = try image.opened(name) { $0[place] ^= 1 << UInt8(bit) }
      // A commit of the log whose checksum is wrong is as if it had never been made, and so are
      // those behind it.
      let isPast = name.hasSuffix("-wal") && found.rows.isSubset(of: image.contents.rows)
      #expect(
        found.isTold || found.rows == image.contents.rows || isPast, "bit \(bit) of byte \(place)")
    }
  }
}
