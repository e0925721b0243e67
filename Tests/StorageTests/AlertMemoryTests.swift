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

  @Test func silencesOutliveARestartAndNoNumberIsGivenTwice() throws {
    try withTemporaryDirectory { directory in
      let store = { SilenceStore(try StateDatabase(directory: directory, now: Self.now)) }
      var silence = Silence(
        id: 0, services: ServicePattern("api-*"), kind: .gcPause, reason: "it's known",
        author: "root", begunAt: Self.now, endsAt: Self.now + .hours(1))
      silence = try store().add(silence)
      #expect(silence.id == 1)
      #expect(try store().all() == [silence])
      silence.kind = nil
      let second = try store().add(silence)
      #expect(second.id == 2)
      try store().remove([1, 2, 77])
      #expect(try store().all() == [])
      #expect(try store().add(silence).id == 3)
    }
  }

  /// A state that version 2 of the schema wrote is taken over with all that it holds.
  @Test func theStateOfAnOlderLeakWatchIsTakenOver() throws {
    try withTemporaryDirectory { directory in
      do {
        let state = try StateDatabase(directory: directory, now: Self.now)
        try Outbox(state).apply(OutboxChange(kept: [OutboxTests.notification("a")]))
        for table in ["alert", "told", "silence"] {
          try state.database.execute("DROP TABLE \(table)")
        }
        try state.database.setUserVersion(2)
      }
      let state = try StateDatabase(directory: directory, now: Self.now)
      #expect(state.setAside == nil)
      #expect(try state.database.userVersion() == 3)
      #expect(try Outbox(state).content().waiting == [OutboxTests.notification("a")])
      #expect(try SilenceStore(state).all() == [])
    }
  }
}
