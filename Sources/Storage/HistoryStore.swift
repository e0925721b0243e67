// On-disk contract, table `episode`: each episode of an alert, also when it is over.
//
//   service, alert, episode   one row for each
//   severity      "ticket", "warning" or "page", the highest that was told
//   began_at_ms   since when its condition held, Unix milliseconds; NULL where that is not known
//   fired_at_ms   when it began to fire
//   ended_at_ms, end_reason   NULL while it fires
//   verdict, flavour, growing, summary   as they were told at that severity
//   peak_slope_bytes_per_day  the fastest growth that was seen
//   restarts, oom_kills       within it; NULL where nothing tells of them
//   growers       what grew in the heap, one a line
//   checksum      CRC-32 of all of these
//
// Table `episode_step`: what was done or seen in an episode; rows are only added.
//
//   service, alert, episode, number   the order, from 0
//   at_ms, what, why                  one dated line
//   checksum      CRC-32 of all of these
//
// Table `oom_kill`: what the kernel killed for want of memory.
//
//   id            order of arrival
//   service, at_ms, count, evidence
//   checksum      CRC-32 of these without the id
//
// Rows go by age and number, as the daemon decides. A damaged one is told in the journal and goes.

package import Alerting
package import LinuxSystem
package import TimeSeries

/// The history of alerts across restarts of the daemon, in SQLite.
package final class HistoryStore {
  private let database: Database

  package init(_ state: StateDatabase) {
    database = state.database
  }

  /// Writes all of it, or nothing.
  ///
  /// - Parameter oldest: kills from before it go.
  package func apply(
    _ change: HistoryChange, dropKillsBefore oldest: Timestamp
  ) throws(DatabaseError) {
    try database.transaction { () throws(DatabaseError) in
      var row = SealedRow(capacity: 1024)
      for episode in change.episodes { try keep(episode, &row) }
      for kill in change.kills {
        row.removeAll()
        row.append(kill.service.text)
        row.append(kill.at.milliseconds)
        row.append(Int64(kill.count))
        row.append(kill.evidence)
        row.seal()
        try row.execute(Self.putKill, in: database)
      }
      for identity in change.forgotten {
        for table in ["episode_step", "episode"] {
          try database.execute(
            "DELETE FROM \(table) WHERE service = ? AND alert = ? AND episode = ?",
            Self.columns(of: identity))
        }
      }
      try database.execute(
        "DELETE FROM oom_kill WHERE at_ms < ?", [.integer(oldest.milliseconds)])
    }
  }

  /// All that is kept.
  package struct Contents: Sendable {
    /// By the moment at which they fired.
    package var episodes: [EpisodeRecord] = []
    /// In the order in which they came.
    package var kills: [KillRecord] = []
    /// What cannot be read, in words for a person; it is there no more.
    package var faults: [String] = []
  }

  /// Damaged rows are removed.
  package func read() throws(DatabaseError) -> Contents {
    try database.reading { () throws(DatabaseError) in try readAll() }
  }

  private func readAll() throws(DatabaseError) -> Contents {
    var contents = Contents()
    let episodes = try sound("episode", Self.episodeColumns, order: "fired_at_ms", &contents.faults)
    let steps = try sound("episode_step", Self.stepColumns, order: "number", &contents.faults)
    let kills = try sound("oom_kill", Self.killColumns, order: "id", &contents.faults)
    var stepsOf: [AlertEpisode: [EpisodeRecord.Step]] = [:]
    for row in steps {
      guard let identity = Self.identity(row), let step = Self.step(row) else { continue }
      stepsOf[identity, default: []].append(step)
    }
    for row in episodes {
      guard var episode = Self.episode(row) else { continue }
      for step in stepsOf[episode.identity] ?? [] { episode.append(step) }
      contents.episodes.append(episode)
    }
    contents.kills = kills.compactMap(Self.kill)
    return contents
  }

  /// The rows of a table whose checksums are right; the others are told and removed.
  private func sound(
    _ table: String, _ columns: String, order: String, _ faults: inout [String]
  ) throws(DatabaseError) -> [[DatabaseValue]] {
    var rows: [[DatabaseValue]] = []
    let all = "SELECT rowid, \(columns), checksum FROM \(table) ORDER BY \(order)"
    for row in try database.query(all) {
      if let cells = RowSeal.opened(Array(row.dropFirst())) {
        rows.append(cells)
        continue
      }
      let words = RowSeal.words(columns, Array(row.dropFirst().prefix(4)))
      faults.append("a line of the alerts' history (\(table), \(words))")
      // What cannot be removed now is told again at the next start.
      try? database.execute("DELETE FROM \(table) WHERE rowid = ?", [row[0]])
    }
    return rows
  }

  static let schema = [
    """
    CREATE TABLE episode (
      service TEXT NOT NULL,
      alert TEXT NOT NULL,
      episode TEXT NOT NULL,
      severity TEXT NOT NULL,
      began_at_ms INTEGER,
      fired_at_ms INTEGER NOT NULL,
      ended_at_ms INTEGER,
      end_reason TEXT,
      verdict TEXT,
      flavour TEXT,
      growing TEXT,
      summary TEXT NOT NULL,
      peak_slope_bytes_per_day REAL,
      restarts INTEGER,
      oom_kills INTEGER,
      growers TEXT NOT NULL,
      checksum INTEGER NOT NULL,
      PRIMARY KEY (service, alert, episode)
    ) STRICT
    """,
    """
    CREATE TABLE episode_step (
      service TEXT NOT NULL,
      alert TEXT NOT NULL,
      episode TEXT NOT NULL,
      number INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      what TEXT NOT NULL,
      why TEXT,
      checksum INTEGER NOT NULL,
      PRIMARY KEY (service, alert, episode, number)
    ) STRICT
    """,
    """
    CREATE TABLE oom_kill (
      id INTEGER PRIMARY KEY,
      service TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      count INTEGER NOT NULL,
      evidence TEXT NOT NULL,
      checksum INTEGER NOT NULL
    ) STRICT
    """,
  ]

  private static let episodeColumns =
    "service, alert, episode, severity, began_at_ms, fired_at_ms, ended_at_ms, end_reason, verdict, "
    + "flavour, growing, summary, peak_slope_bytes_per_day, restarts, oom_kills, growers"
  private static let stepColumns = "service, alert, episode, number, at_ms, what, why"
  private static let killColumns = "service, at_ms, count, evidence"

  private static let putEpisode = """
    INSERT OR REPLACE INTO episode (\(episodeColumns), checksum)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """
  private static let putStep = """
    INSERT OR IGNORE INTO episode_step (\(stepColumns), checksum)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    """
  private static let putKill =
    "INSERT INTO oom_kill (\(killColumns), checksum) VALUES (?, ?, ?, ?, ?)"
}

// MARK: Rows

extension HistoryStore {
  private func keep(_ episode: EpisodeRecord, _ row: inout SealedRow) throws(DatabaseError) {
    row.removeAll()
    Self.write(episode, to: &row)
    row.seal()
    try row.execute(Self.putEpisode, in: database)
    for (number, step) in episode.steps.enumerated() {
      row.removeAll()
      row.append(episode.identity)
      row.append(Int64(number))
      row.append(step.moment.milliseconds)
      row.append(step.what)
      row.append(step.why)
      row.seal()
      try row.execute(Self.putStep, in: database)
    }
  }

  private static func columns(of identity: AlertEpisode) -> [DatabaseValue] {
    [
      .text(identity.key.service.text), .text(identity.key.kind.rawValue),
      .text(identity.episode.text),
    ]
  }

  /// In the order of `episodeColumns`.
  private static func write(_ episode: EpisodeRecord, to row: inout SealedRow) {
    row.append(episode.identity)
    row.append(episode.severity.rawValue)
    row.append(episode.beganAt?.milliseconds)
    row.append(episode.firedAt.milliseconds)
    row.append(episode.endedAt?.milliseconds)
    row.append(episode.endReason)
    row.append(episode.verdict)
    row.append(episode.flavour)
    row.append(episode.growing)
    row.append(episode.summary)
    row.append(episode.peakSlopeBytesPerDay)
    row.append(episode.restarts.map(Int64.init))
    row.append(episode.oomKills.map(Int64.init))
    row.append(episode.growers.joined(separator: "\n"))
  }

  /// nil for a row whose words this version does not know, as are the ones below.
  private static func identity(_ row: [DatabaseValue]) -> AlertEpisode? {
    guard let service = row[0].text, let kind = row[1].text.flatMap(AlertKind.init),
      let episode = row[2].text
    else { return nil }
    return AlertEpisode(
      key: AlertKey(service: ServiceName(service), kind: kind), episode: EpisodeID(text: episode))
  }

  private static func episode(_ row: [DatabaseValue]) -> EpisodeRecord? {
    guard let identity = identity(row), let severity = row[3].text.flatMap(Severity.init),
      let firedAt = row[5].integer, let summary = row[11].text, let growers = row[15].text
    else { return nil }
    var episode = EpisodeRecord(
      key: identity.key, id: identity.episode, severity: severity,
      beganAt: row[4].integer.map(Timestamp.init(milliseconds:)),
      firedAt: Timestamp(milliseconds: firedAt), summary: summary)
    episode.endedAt = row[6].integer.map(Timestamp.init(milliseconds:))
    episode.endReason = row[7].text
    episode.verdict = row[8].text
    episode.flavour = row[9].text
    episode.growing = row[10].text
    episode.peakSlopeBytesPerDay = row[12].real
    episode.restarts = row[13].integer.flatMap { Int(exactly: $0) }
    episode.oomKills = row[14].integer.flatMap { Int(exactly: $0) }
    episode.growers = growers.split(separator: "\n").map(String.init)
    return episode
  }

  private static func step(_ row: [DatabaseValue]) -> EpisodeRecord.Step? {
    guard let at = row[4].integer, let what = row[5].text else { return nil }
    return EpisodeRecord.Step(
      moment: Timestamp(milliseconds: at), what: what, why: row[6].text)
  }

  private static func kill(_ row: [DatabaseValue]) -> KillRecord? {
    guard let service = row[0].text, let at = row[1].integer,
      let count = row[2].integer.flatMap({ Int(exactly: $0) }), let evidence = row[3].text
    else { return nil }
    return KillRecord(
      service: ServiceName(service), at: Timestamp(milliseconds: at), count: count,
      evidence: evidence)
  }
}
