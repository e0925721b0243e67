import Alerting
import LinuxSystem
import Storage
import Testing
import TimeSeries

/// The history of alerts across restarts of the daemon.
@Suite struct HistoryStoreTests {
  private static let now = OutboxTests.now

  private static func open(_ directory: String) throws -> (HistoryStore, Database) {
    let state = try StateDatabase(directory: directory, now: now)
    return (HistoryStore(state), state.database)
  }

  private static func episode(_ service: String, id: String = "e1") -> EpisodeRecord {
    EpisodeRecord(
      key: AlertKey(service: ServiceName(service), kind: .memoryGrowth), id: EpisodeID(text: id),
      severity: .warning, firedAt: now, summary: "\(service): it grows")
  }

  /// One of which everything is known.
  private static var whole: EpisodeRecord {
    var episode = episode("api")
    episode.beganAt = now - .minutes(5)
    episode.verdict = "leak"
    episode.flavour = "true_leak"
    episode.growing = "anon"
    episode.note(slope: 1.5e8)
    episode.restarts = 2
    episode.oomKills = 0
    episode.growers = ["main.newSession cache.go:42", "main.wait"]
    episode.append(.init(moment: now, what: "new build", why: "1.4.2 → 1.4.3"))
    episode.append(.init(moment: now + .minutes(1), what: "looked at"))
    episode.end(at: now + .hours(2), because: "memory no longer grows")
    return episode
  }

  private static func change(
    _ episodes: [EpisodeRecord], kills: [KillRecord] = [], forgotten: [AlertEpisode] = []
  ) -> HistoryChange {
    var change = HistoryChange()
    change.episodes = episodes
    change.kills = kills
    change.forgotten = forgotten
    return change
  }

  @Test func whatIsKnownComesBackAndWhatIsUnknownStaysUnknown() throws {
    try withTemporaryDirectory { directory in
      let kill = KillRecord(
        service: ServiceName("api"), at: Self.now, count: 2, evidence: "its own counter rose")
      let unknown = Self.episode("web")
      try Self.open(directory).0.apply(
        Self.change([Self.whole, unknown], kills: [kill]), dropKillsBefore: Self.now)
      let contents = try Self.open(directory).0.read()
      #expect(Set(contents.episodes) == [Self.whole, unknown])
      #expect(contents.kills == [kill])
      #expect(contents.faults.isEmpty)
    }
  }

  @Test func stepsAreAddedToWhatIsThere() throws {
    try withTemporaryDirectory { directory in
      var episode = Self.whole
      try Self.open(directory).0.apply(Self.change([episode]), dropKillsBefore: Self.now)
      episode.append(.init(moment: Self.now + .hours(3), what: "watched", why: "a day"))
      try Self.open(directory).0.apply(Self.change([episode]), dropKillsBefore: Self.now)
      #expect(try Self.open(directory).0.read().episodes == [episode])
    }
  }

  @Test func whatIsForgottenGoesWithItsStepsAndSoDoOldKills() throws {
    try withTemporaryDirectory { directory in
      let (store, database) = try Self.open(directory)
      let kills = [-2, 2].map { hours in
        KillRecord(
          service: ServiceName("api"), at: Self.now + .hours(hours), count: 1, evidence: "seen")
      }
      try store.apply(
        Self.change([Self.whole, Self.episode("web")], kills: kills),
        dropKillsBefore: Self.now - .hours(3))
      try store.apply(
        Self.change([], forgotten: [Self.whole.identity]), dropKillsBefore: Self.now)
      let contents = try store.read()
      #expect(contents.episodes == [Self.episode("web")])
      #expect(contents.kills == [kills[1]])
      #expect(try database.query("SELECT * FROM episode_step").isEmpty)
    }
  }

  @Test(arguments: ["episode", "episode_step", "oom_kill"])
  func aDamagedRowIsToldOnceAndGoesAndTheOthersStand(table: String) throws {
    try withTemporaryDirectory { directory in
      let (store, database) = try Self.open(directory)
      let kill = KillRecord(
        service: ServiceName("api"), at: Self.now, count: 2, evidence: "its own counter rose")
      try store.apply(
        Self.change([Self.whole, Self.episode("web")], kills: [kill]), dropKillsBefore: Self.now)
      try database.execute(
        "UPDATE \(table) SET service = 'apj' WHERE rowid = (SELECT min(rowid) FROM \(table))")
      let contents = try store.read()
      #expect(contents.faults.count == 1)
      #expect(contents.faults.first?.contains("(\(table), service apj") == true)
      #expect(contents.episodes.contains(Self.episode("web")))
      #expect(contents.episodes.contains { $0.key.service.text == "api" } == (table != "episode"))
      #expect(contents.kills.isEmpty == (table == "oom_kill"))
      #expect(try store.read().faults.isEmpty)
    }
  }

  @Test func aStateOfTheVersionBeforeIsTakenOver() throws {
    try withTemporaryDirectory { directory in
      do {
        let old = try Database(path: directory + "/" + StateDatabase.fileName)
        for migration in StateDatabase.migrations[..<4] {
          for statement in migration.statements { try old.execute(statement) }
        }
        try old.setUserVersion(4)
      }
      let (store, database) = try Self.open(directory)
      #expect(try database.userVersion() == 9)
      try store.apply(Self.change([Self.whole]), dropKillsBefore: Self.now)
      #expect(try store.read().episodes == [Self.whole])
    }
  }
}
