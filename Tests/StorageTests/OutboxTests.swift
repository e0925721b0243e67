import Alerting
import Foundation
import LinuxSystem
import Storage
import Testing
import TimeSeries

@Suite struct OutboxTests {
  static let now = Timestamp(milliseconds: 1_795_341_600_000)

  static func notification(
    _ id: String, sink: String = "pager", service: String = "api", episode: String = "ep-1",
    status: Alert.Status = .firing
  ) -> QueuedNotification {
    QueuedNotification(
      id: id, sink: sink,
      key: AlertKey(service: ServiceName(service), kind: .memoryGrowth),
      episode: EpisodeID(text: episode), status: status, severity: .page, summary: "it's growing",
      message: .words(Array("{\"id\":\"\(id)\"}".utf8), format: "standard-webhook"), queuedAt: now)
  }

  /// Opens the state in `directory` anew, as a restart does.
  static func open(_ directory: String) throws -> Outbox {
    Outbox(try StateDatabase(directory: directory, now: now))
  }

  @Test func whatWaitsSurvivesARestartInItsOrder() throws {
    try withTemporaryDirectory { directory in
      var second = Self.notification("b", service: "web")
      second.attempts = 3
      second.nextAttempt = Self.now + .minutes(5)
      second.lastFailure = "connection refused"
      try Self.open(directory).apply(OutboxChange(kept: [Self.notification("a"), second]))
      #expect(try Self.open(directory).content().waiting == [Self.notification("a"), second])
    }
  }

  @Test func theNewestStateOfAnEpisodeTakesThePlaceOfTheOlder() throws {
    try withTemporaryDirectory { directory in
      let outbox = try Self.open(directory)
      var failed = Self.notification("a")
      try outbox.apply(OutboxChange(kept: [failed, Self.notification("other", service: "web")]))
      failed.attempts = 2
      failed.lastFailure = "500"
      try outbox.postpone([failed])
      try outbox.apply(OutboxChange(kept: [Self.notification("b", status: .resolved)]))
      #expect(
        try outbox.content().waiting == [
          Self.notification("b", status: .resolved), Self.notification("other", service: "web"),
        ])
    }
  }

  /// Rows that follow each other go in one statement, in whatever order they were delivered.
  @Test func whatWasDeliveredGoesAndItsNeighboursStay() throws {
    try withTemporaryDirectory { directory in
      let outbox = try Self.open(directory)
      let all = (0..<9).map { Self.notification("\($0)", service: "s\($0)") }
      try outbox.apply(OutboxChange(kept: all))
      let unknown = Self.notification("9", service: "s9")
      try outbox.apply(OutboxChange(removed: [6, 0, 2, 1, 4].map { all[$0] } + [unknown, all[0]]))
      #expect(try outbox.content().waiting.map(\.id) == ["3", "5", "7", "8"])
      try outbox.apply(OutboxChange(removed: [3, 5, 7, 8].map { all[$0] }))
      #expect(try Self.open(directory).content().waiting == [])
    }
  }

  @Test func otherSinksAndEpisodesKeepTheirOwn() throws {
    try withTemporaryDirectory { directory in
      let outbox = try Self.open(directory)
      let all = [
        Self.notification("a"), Self.notification("b", sink: "chat"),
        Self.notification("c", episode: "ep-2"),
      ]
      try outbox.apply(OutboxChange(kept: all))
      #expect(try outbox.content().waiting == all)
    }
  }

  @Test func aFailedAttemptIsStored() throws {
    try withTemporaryDirectory { directory in
      let outbox = try Self.open(directory)
      var notification = Self.notification("a")
      try outbox.apply(OutboxChange(kept: [notification]))
      notification.attempts = 1
      notification.nextAttempt = Self.now + .seconds(1)
      notification.lastFailure = "timed out"
      try outbox.postpone([notification])
      #expect(try outbox.content().waiting == [notification])
    }
  }

  @Test func removedIsRemovedAndUnknownIsIgnored() throws {
    try withTemporaryDirectory { directory in
      let outbox = try Self.open(directory)
      try outbox.apply(
        OutboxChange(kept: [Self.notification("a"), Self.notification("b", service: "web")]))
      try outbox.apply(
        OutboxChange(removed: [
          Self.notification("a"), Self.notification("unknown", service: "web"),
        ]))
      #expect(try outbox.content().waiting == [Self.notification("b", service: "web")])
    }
  }
}

/// In which row what stands: known by heart, as the table has no index of its ids.
@Suite struct OutboxPlacesTests {
  private typealias Parent = OutboxTests

  @Test func whatWasWrittenBeforeARestartIsReplacedAndRemovedInItsPlace() throws {
    try withTemporaryDirectory { directory in
      let all = ["api", "web", "db"].map { Parent.notification("id-\($0)", service: $0) }
      try Parent.open(directory).apply(OutboxChange(kept: all))
      let newer = Parent.notification("newer", service: "web", status: .resolved)
      try Parent.open(directory).apply(OutboxChange(kept: [newer], removed: [all[0]]))
      #expect(try Parent.open(directory).content().waiting == [newer, all[2]])
      var failed = all[2]
      failed.attempts = 1
      try Parent.open(directory).postpone([failed])
      try Parent.open(directory).postpone([all[0]])
      #expect(try Parent.open(directory).content().waiting == [newer, failed])
    }
  }

  /// The same in one change, where a row comes and goes before it was ever on disk.
  @Test func ofOneSlotTheLastWordStands() throws {
    try withTemporaryDirectory { directory in
      let outbox = try Parent.open(directory)
      let words = ["a", "b", "c"].map { Parent.notification($0) }
      try outbox.apply(OutboxChange(kept: words, removed: [words[0]]))
      #expect(try outbox.content().waiting == [words[2]])
      try outbox.apply(OutboxChange(removed: [words[2]]))
      try outbox.apply(OutboxChange(kept: [words[0]]))
      #expect(try Parent.open(directory).content().waiting == [words[0]])
    }
  }

  @Test func aWriteThatFailedLeavesTheRowsAsTheyWere() throws {
    try withTemporaryDirectory { directory in
      let state = try StateDatabase(directory: directory, now: Parent.now)
      let outbox = Outbox(state)
      let first = Parent.notification("first")
      let second = Parent.notification("second", service: "web")
      try outbox.apply(OutboxChange(kept: [first]))
      try state.database.execute(
        """
        CREATE TEMP TRIGGER full BEFORE INSERT ON notification WHEN NEW.id = 'second'
        BEGIN SELECT RAISE(ABORT, 'no room'); END
        """)
      #expect(throws: DatabaseError.self) {
        try outbox.apply(OutboxChange(kept: [second], removed: [first]))
      }
      let last = Parent.notification("last", service: "db")
      try outbox.apply(OutboxChange(kept: [last]))
      #expect(try outbox.content().waiting == [first, last])
      try state.database.execute("DROP TRIGGER full")
      try outbox.apply(OutboxChange(kept: [second], removed: [first]))
      #expect(try outbox.content().waiting == [last, second])
    }
  }

  /// Rows that an older LeakWatch wrote, with gaps between them, keep their order.
  @Test func theOrderOutlivesTheLossOfTheIndices() throws {
    try withTemporaryDirectory { directory in
      do {
        let old = try Database(path: directory + "/" + StateDatabase.fileName)
        for statement in StateDatabase.migrations[0].statements { try old.execute(statement) }
        try old.setUserVersion(1)
        for (sequence, service) in [(9, "web"), (4, "api")] as [(Int64, String)] {
          try old.execute(
            """
            INSERT INTO notification VALUES (?, ?, 'pager', 'standard-webhook', ?, 'memory_growth',
              'ep-1', 'firing', 'page', 'it''s growing', ?, 0, 0, 0, NULL)
            """,
            [.integer(sequence), .text("id-\(service)"), .text(service), .blob([1, 2])])
        }
      }
      let outbox = try Parent.open(directory)
      try outbox.apply(OutboxChange(kept: [Parent.notification("id-db", service: "db")]))
      try outbox.apply(OutboxChange(kept: [Parent.notification("newer", service: "api")]))
      #expect(try outbox.content().waiting.map(\.id) == ["newer", "id-web", "id-db"])
      let state = try StateDatabase(directory: directory, now: Parent.now)
      let indices = "SELECT tbl_name FROM sqlite_schema WHERE type = 'index'"
      #expect(!(try state.database.query(indices)).contains([.text("notification")]))
    }
  }
}

/// A row whose bytes the disk has changed is told, and not taken for what was written.
@Suite struct DamagedRowTests {
  @Test(arguments: [
    "body = x'00'", "summary = 'it shrinks'", "status = 'resolved'", "service = 'apj'",
    "sink = 'chat'", "queued_at_ms = queued_at_ms + 1", "attempts = 8", "last_failure = 'timeout'",
  ])
  func aChangedNotificationIsToldWithWhatCanBeReadOfIt(change: String) throws {
    try withTemporaryDirectory { directory in
      let state = try StateDatabase(directory: directory, now: OutboxTests.now)
      let sound = OutboxTests.notification("b", service: "web")
      try Outbox(state).apply(OutboxChange(kept: [OutboxTests.notification("a"), sound]))
      try state.database.execute("UPDATE notification SET \(change) WHERE id = 'a'")
      let content = try Outbox(state).content()
      #expect(content.waiting == [sound])
      let damaged = try #require(content.damaged.first)
      #expect(damaged.table == .notification)
      #expect(damaged.words.contains("alert memory_growth, episode ep-1"))

      var removal = OutboxChange()
      removal.discarded = content.damaged
      try Outbox(state).apply(removal)
      #expect(try OutboxTests.open(directory).content().damaged == [])
      #expect(try OutboxTests.open(directory).content().waiting == [sound])
    }
  }

  @Test func changedRowsOfTheOtherTablesAreTold() throws {
    try withTemporaryDirectory { directory in
      let state = try StateDatabase(directory: directory, now: OutboxTests.now)
      var change = OutboxChange()
      change.alerts = [AlertMemoryTests.alert("api")]
      change.told = [AlertMemoryTests.told(AlertMemoryTests.alert("api"))]
      try Outbox(state).apply(change)
      let silence = try SilenceStore(state).add(
        Silence(
          id: 0, services: ServicePattern("api"), kind: nil, reason: "known", author: "root",
          begunAt: OutboxTests.now, endsAt: OutboxTests.now + .hours(1)))
      try PastStore(state).keep(
        [.init(.service, ServiceName("api"), [1, 2])], scrapes: [], dropScrapesBefore: nil,
        at: OutboxTests.now)
      for statement in [
        "UPDATE alert SET episode = 'ep-2'", "UPDATE told SET severity = 'page'",
        "UPDATE silence SET service = '*'", "UPDATE past SET name = 'apj'",
      ] {
        try state.database.execute(statement)
      }
      let content = try Outbox(state).content()
      #expect(content.alerts == [] && content.told == [])
      #expect(content.damaged.map(\.table) == [.told, .alert])
      let silences = try SilenceStore(state).read()
      #expect(silences.silences == [])
      #expect(silences.damaged.map(\.id) == [silence.id])
      #expect(silences.damaged.first?.words == "service *, reason known, author root")
      #expect(try PastStore(state).read().faults == ["apj: its checksum is wrong"])
    }
  }
}

@Suite struct StateDatabaseTests {
  static let now = Timestamp(milliseconds: 1_795_341_600_999)

  @Test func anOrdinaryOpeningSetsNothingAside() throws {
    try withTemporaryDirectory { directory in
      for _ in 0..<2 {
        let state = try StateDatabase(directory: directory, now: Self.now)
        #expect(state.setAside == nil)
        #expect(try state.database.userVersion() == 9)
      }
    }
  }

  @Test func aNewerFileIsRefusedAndLeftAlone() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/leakwatch.db"
      try Database(path: path).setUserVersion(99)
      let error = #expect(throws: StateError.self) {
        try StateDatabase(directory: directory, now: Self.now)
      }
      #expect(
        error?.description == """
          \(path): has schema version 99, this LeakWatch knows up to 9: install the newer \
          LeakWatch again, or move the file away to begin anew
          """)
      #expect(try Database(path: path).userVersion() == 99)
    }
  }

  @Test func aDamagedFileIsSetAsideAndANewOneBegun() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/leakwatch.db"
      try String(repeating: "rubbish ", count: 1000)
        .write(toFile: path, atomically: true, encoding: .utf8)
      let state = try StateDatabase(directory: directory, now: Self.now)
      #expect(state.setAside == path + ".damaged-1795341600")
      #expect(try Outbox(state).content().waiting == [])
      let kept = try String(contentsOfFile: path + ".damaged-1795341600", encoding: .utf8)
      #expect(kept.hasPrefix("rubbish "))
    }
  }

  /// Whichever page of a real file is overwritten: opened as it is, or set aside, never a crash.
  @Test func everyOverwrittenPageIsToldOrHarmless() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/leakwatch.db"
      let all = (0..<40).map { OutboxTests.notification("id-\($0)", service: "s-\($0)") }
      do {
        let outbox = try OutboxTests.open(directory)
        for notification in all { try outbox.apply(OutboxChange(kept: [notification])) }
      }
      // What the tables with indices have left behind.
      let unused = try StateDatabase(directory: directory, now: Self.now).database
        .query("PRAGMA freelist_count").first?.first?.integer
      let whole = try Data(contentsOf: URL(filePath: path))
      let size = 8192
      #expect(whole.count % size == 0 && whole.count > 10 * size)
      var harmless = 0
      for page in 0..<(whole.count / size) {
        var damaged = whole
        damaged.replaceSubrange(
          page * size..<(page + 1) * size, with: Data(repeating: 0xa5, count: size))
        try? FileManager.default.removeItem(atPath: path + "-wal")
        try? FileManager.default.removeItem(atPath: path + "-shm")
        try damaged.write(to: URL(filePath: path))
        let state = try StateDatabase(directory: directory, now: Self.now)
        // A page that nothing uses any more may hold anything.
        if state.setAside == nil { harmless += 1 }
        #expect(try Outbox(state).content().waiting == (state.setAside == nil ? all : []))
      }
      #expect(Int64(harmless) <= (try #require(unused)))
    }
  }

  @Test func aMissingDirectorySaysWhatToDo() throws {
    try withTemporaryDirectory { directory in
      let error = #expect(throws: StateError.self) {
        try StateDatabase(directory: directory + "/none", now: Self.now)
      }
      #expect(
        error?.description == """
          \(directory)/none/leakwatch.db: cannot open: unable to open database file (No such file \
          or directory): the directory must exist and be writable (StateDirectory=, or [state] \
          directory)
          """)
    }
  }
}
