import Alerting
import LinuxSystem
import Storage
import Testing
import TimeSeries

/// What fires, who was told and what is silenced, across restarts of the daemon.
@Suite struct AlertMemoryTests {
  static let now = OutboxTests.now

  static func alert(_ service: String, episode: String = "ep-1") -> Alert {
    let name = ServiceName(service)
    return Alert(
      key: AlertKey(service: name, kind: .memoryGrowth), status: .firing, severity: .page,
      episode: EpisodeID(text: episode), host: "db-3", startedAt: now, at: now,
      summary: "it grows", description: ServiceDescription(name: name))
  }

  static func told(_ alert: Alert, _ sink: String = "pager") -> ToldAlert {
    ToldAlert(
      slot: .init(sink: sink, key: alert.key, episode: alert.episode), severity: .warning,
      at: now, isCertain: sink == "pager")
  }

  @Test func alertsAndWhoWasToldComeBack() throws {
    try withTemporaryDirectory { directory in
      var change = OutboxChange()
      change.alerts = [Self.alert("api")]
      change.told = [Self.told(Self.alert("api")), Self.told(Self.alert("api"), "chat")]
      try OutboxTests.open(directory).apply(change)
      let content = try OutboxTests.open(directory).content()
      #expect(content.alerts == change.alerts)
      #expect(Set(content.told) == Set(change.told))

      var end = OutboxChange()
      end.untold = [change.told[0].slot]
      end.forgotten = [Self.alert("api").identity]
      try OutboxTests.open(directory).apply(end)
      let rest = try OutboxTests.open(directory).content()
      #expect(rest.alerts == [])
      #expect(rest.told == [change.told[1]])
    }
  }

  /// The tables have no index of what a row is of: a later word must find the row of the earlier one.
  @Test func aNewerWordStandsInTheRowOfTheOlder() throws {
    try withTemporaryDirectory { directory in
      var change = OutboxChange()
      change.alerts = [Self.alert("api"), Self.alert("web")]
      change.told = change.alerts.map { Self.told($0) }
      try OutboxTests.open(directory).apply(change)
      change.alerts[0].summary = "it grows faster"
      change.told[1].severity = .page
      // Once by one that has read what stands there, once by one that wrote it.
      let outbox = try OutboxTests.open(directory)
      for _ in 0..<2 { try outbox.apply(change) }
      let content = try OutboxTests.open(directory).content()
      #expect(content.alerts == change.alerts)
      #expect(content.told == change.told)
    }
  }

  @Test func tablesWithIndicesAreTakenOver() throws {
    try withTemporaryDirectory { directory in
      var change = OutboxChange()
      change.alerts = [Self.alert("api"), Self.alert("web")]
      change.told = change.alerts.map { Self.told($0) }
      let before = try StateDatabase(directory: directory, now: Self.now)
      try Outbox(before).apply(change)
      try withTemporaryDirectory { older in
        let old = try Database(path: older + "/" + StateDatabase.fileName)
        for migration in StateDatabase.migrations[..<7] {
          for statement in migration.statements { try old.execute(statement) }
        }
        try old.setUserVersion(7)
        let columns = "sink, service, alert, episode, severity, told_at_ms, certain, checksum"
        for row in try before.database.query("SELECT \(columns) FROM told") {
          try old.execute("INSERT INTO told (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        }
        let names = "service, alert, episode, record, checksum"
        for row in try before.database.query("SELECT \(names) FROM alert") {
          try old.execute("INSERT INTO alert (\(names)) VALUES (?, ?, ?, ?, ?)", row)
        }
        try old.execute("UPDATE told SET severity = 'ticket' WHERE service = 'web'")

        let state = try StateDatabase(directory: older, now: Self.now)
        #expect(state.setAside == nil)
        let content = try Outbox(state).content()
        #expect(content.alerts == change.alerts)
        #expect(content.told == [change.told[0]])
        #expect(content.damaged.map(\.table) == [.told])

        // The damaged row goes by the number that the report of it names.
        var end = OutboxChange()
        end.discarded = content.damaged
        end.forgotten = [change.alerts[0].identity]
        let outbox = Outbox(state)
        try outbox.apply(end)
        let rest = try outbox.content()
        #expect(rest.damaged.isEmpty)
        #expect(rest.told == [change.told[0]])
        #expect(rest.alerts == [change.alerts[1]])
      }
    }
  }

  @Test func aReplacementLeavesNothingElse() throws {
    try withTemporaryDirectory { directory in
      let outbox = try OutboxTests.open(directory)
      var change = OutboxChange(kept: [OutboxTests.notification("a")])
      change.alerts = [Self.alert("api")]
      change.told = [Self.told(Self.alert("api"))]
      try outbox.apply(change)
      try outbox.replace(
        with: OutboxContent(
          waiting: [OutboxTests.notification("b", service: "web")], told: [],
          alerts: [Self.alert("web")]))
      let content = try outbox.content()
      #expect(content.waiting.map(\.id) == ["b"])
      #expect(content.told == [])
      #expect(content.alerts == [Self.alert("web")])
    }
  }

  @Test func aDamagedAlertIsLeftOutAndTheOthersStand() throws {
    try withTemporaryDirectory { directory in
      let state = try StateDatabase(directory: directory, now: Self.now)
      var change = OutboxChange()
      change.alerts = [Self.alert("api"), Self.alert("web")]
      try Outbox(state).apply(change)
      try state.database.execute("UPDATE alert SET record = x'00' WHERE service = 'api'")
      #expect(try Outbox(state).content().alerts == [Self.alert("web")])
    }
  }

  private static let silence = Silence(
    id: 0, services: ServicePattern("api-*"), kind: .gcPause, reason: "it's known",
    author: "root", begunAt: now, endsAt: now + .hours(1))

  @Test func silencesOutliveARestartAndNoNumberIsGivenTwice() throws {
    try withTemporaryDirectory { directory in
      let store = { SilenceStore(try StateDatabase(directory: directory, now: Self.now)) }
      var silence = Self.silence
      silence = try store().add(silence)
      #expect(silence.id == 1)
      #expect(try store().read().silences == [silence])
      silence.kind = nil
      let second = try store().add(silence)
      #expect(second.id == 2)
      try store().remove([1, 2, 77])
      #expect(try store().read().silences == [])
      #expect(try store().add(silence).id == 3)
    }
  }

  @Test func aNewFileHasTheSilencesAndKnowsTheNumbersThatWereGiven() throws {
    try withTemporaryDirectory { directory in
      let state = try StateDatabase(directory: directory, now: Self.now)
      let store = SilenceStore(state)
      #expect(try store.read().silences == [])
      let silences = try (0..<3).map { _ in try store.add(Self.silence) }
      try store.remove([1, 3])
      #expect(try state.renew(at: Self.now) { try store.writeAnew([silences[1]]) } == nil)
      let next = SilenceStore(try StateDatabase(directory: directory, now: Self.now))
      #expect(try next.read().silences == [silences[1]])
      #expect(try next.add(Self.silence).id == 4)
    }
  }

  @Test func silencesThatAreMovedOutliveARestart() throws {
    try withTemporaryDirectory { directory in
      let store = { SilenceStore(try StateDatabase(directory: directory, now: Self.now)) }
      var list = SilenceList([try store().add(Self.silence), try store().add(Self.silence)])
      list.shift(by: .hours(-3))
      try store().move(list.silences)
      #expect(try store().read().silences == list.silences)
      #expect(list.silences.allSatisfy { $0.endsAt == Self.now - .hours(2) })
    }
  }

  /// A state that an older version of the schema wrote is taken over with all that it holds; what was
  /// damaged then is not sound now.
  @Test(arguments: 1...3)
  func theStateOfAnOlderLeakWatchIsTakenOver(version: Int) throws {
    try withTemporaryDirectory { directory in
      let waiting = OutboxTests.notification("a")
      let alert = Self.alert("api")
      do {
        let old = try Database(path: directory + "/" + StateDatabase.fileName)
        for migration in StateDatabase.migrations[..<version] {
          for statement in migration.statements { try old.execute(statement) }
        }
        try old.setUserVersion(version)
        try Self.write(waiting, alert, to: old, version: version)
      }
      let state = try StateDatabase(directory: directory, now: Self.now)
      #expect(state.setAside == nil)
      #expect(try state.database.userVersion() == 9)
      let content = try Outbox(state).content()
      #expect(content.waiting == [waiting])
      let past = try PastStore(state).read()
      #expect(past.records.map(\.name) == (version > 1 ? [ServiceName("api")] : []))
      #expect(past.faults == (version > 1 ? ["web: its checksum is wrong"] : []))
      #expect(content.alerts == (version > 2 ? [alert] : []))
      #expect(content.told == (version > 2 ? [Self.told(alert)] : []))
      #expect(content.damaged.map(\.table) == (version > 2 ? [.alert] : []))
      let silences = try SilenceStore(state).read()
      #expect(silences.silences.map(\.reason) == (version > 2 ? ["known"] : []))
      #expect(silences.damaged.isEmpty)
    }
  }

  /// Rows as that version wrote them.
  private static func write(
    _ waiting: QueuedNotification, _ alert: Alert, to database: Database, version: Int
  ) throws {
    let ms = DatabaseValue.integer(now.milliseconds)
    try database.execute(
      """
      INSERT INTO notification (id, sink, format, service, alert, episode, status, severity,
        summary, body, queued_at_ms, attempts, next_attempt_ms)
      VALUES ('a', 'pager', 'standard-webhook', 'api', 'memory_growth', 'ep-1', 'firing', 'page',
        'it''s growing', ?, ?, 0, ?)
      """, [.blob(waiting.message.bytes), ms, ms])
    guard version > 1 else { return }
    let sum = { (bytes: [UInt8]) in DatabaseValue.integer(Int64(Checksum.crc32(bytes))) }
    for (name, record, checksum) in [
      ("api", [1, 2], sum([1, 2])), ("web", [1, 2], sum([1])),
    ] as [(String, [UInt8], DatabaseValue)] {
      try database.execute(
        "INSERT INTO past (name, kind, record, checksum, saved_at_ms) VALUES (?, 'service', ?, ?, ?)",
        [.text(name), .blob(record), checksum, ms])
    }
    guard version > 2 else { return }
    for (service, checksum) in [("api", sum(alert.stateBytes)), ("web", .integer(0))] {
      try database.execute(
        """
        INSERT INTO alert (service, alert, episode, record, checksum)
        VALUES (?, 'memory_growth', 'ep-1', ?, ?)
        """, [.text(service), .blob(alert.stateBytes), checksum])
    }
    try database.execute(
      "INSERT INTO told VALUES ('pager', 'api', 'memory_growth', 'ep-1', 'warning', ?, 1)", [ms])
    try database.execute(
      """
      INSERT INTO silence (service, reason, author, begun_at_ms, ends_at_ms)
      VALUES ('*', 'known', 'root', ?, ?)
      """, [ms, ms])
  }
}
