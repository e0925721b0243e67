internal import Alerting
internal import TimeSeries

/// What has happened to each service: the episodes of its alerts, and what the kernel killed. A value;
/// the disk has a copy.
struct Chronicle: Sendable {
  struct Entry: Hashable, Sendable {
    /// The newest last, by the moment at which they fired.
    var episodes: [EpisodeRecord] = []
    var kills: [KillRecord] = []

    /// - Returns: whether it was not there before.
    fileprivate mutating func put(_ episode: EpisodeRecord) -> Bool {
      guard let index = episodes.lastIndex(where: { $0.identity == episode.identity }) else {
        episodes.append(episode)
        return true
      }
      episodes[index] = episode
      return false
    }
  }

  /// A year and five weeks: what came back each month or at last year's peak can be looked up, and a
  /// host that watches for years does not gather without end.
  static let longest = TimeSpan.days(400)
  /// Of all services: at most some 5 MB in memory and on disk, while a host with an alert a day fills a
  /// tenth of it in a year.
  static let mostEpisodes = 5000
  /// Of one: a service whose alert flaps must not push the others out.
  static let mostOfService = 200
  static let mostKillsOfService = 50

  private var entries: [ServiceName: Entry] = [:]
  /// Episodes that fire, by service, and when that was last confirmed.
  private var open: [ServiceName: [AlertEpisode: Timestamp]] = [:]
  private var episodeCount = 0
  private var dirty: Set<AlertEpisode> = []
  /// Nobody needs these on disk within the minute: a greater slope.
  private var stale: Set<AlertEpisode> = []
  private var change = HistoryChange()

  init() {}

  /// What was kept.
  init(episodes: [EpisodeRecord], kills: [KillRecord], at now: Timestamp) {
    for episode in episodes {
      entries[episode.key.service, default: Entry()].episodes.append(episode)
      if episode.endedAt == nil { setOpen(episode.identity, now) }
    }
    episodeCount = episodes.count
    for kill in kills { entries[kill.service, default: Entry()].kills.append(kill) }
    prune(at: now)
  }

  subscript(service: ServiceName) -> Entry { entries[service] ?? Entry() }

  /// Everybody's that fired or ended at `start` or later, the newest first.
  func episodes(since start: Timestamp) -> [EpisodeRecord] {
    entries.values.flatMap(\.episodes).filter { $0.endedAt.map { $0 >= start } ?? true }
      .sorted { ($0.firedAt, $0.key) > ($1.firedAt, $1.key) }
  }

  var services: Set<ServiceName> { Set(entries.keys) }

  // MARK: What happens

  /// - Parameters:
  ///   - beganAt: since when the condition holds of an alert that begins to fire; nil where unknown.
  ///   - tellsLives: whether restarts of the service would be seen.
  mutating func note(_ alert: Alert, beganAt: Timestamp? = nil, tellsLives: Bool = false) {
    let identity = alert.identity
    if alert.status == .firing { endOthers(of: alert) }
    var episode = self[identity] ?? begin(alert, beganAt, tellsLives)
    episode.take(alert)
    put(episode)
    setOpen(identity, alert.status == .firing ? alert.at : nil)
    dirty.insert(identity)
    trim(alert.key.service, at: alert.at)
  }

  private mutating func setOpen(_ identity: AlertEpisode, _ confirmedAt: Timestamp?) {
    let service = identity.key.service
    open[service, default: [:]][identity] = confirmedAt
    if open[service]?.isEmpty == true { open[service] = nil }
  }

  private func begin(_ alert: Alert, _ beganAt: Timestamp?, _ tellsLives: Bool) -> EpisodeRecord {
    var episode = EpisodeRecord(alert, beganAt: beganAt)
    guard !alert.key.kind.isOwn else { return episode }
    episode.restarts = tellsLives ? 0 : nil
    // Without a cgroup nobody would have told of a kill.
    let known = self[alert.key.service].kills.filter { $0.at >= beganAt ?? alert.startedAt }
    if alert.description.cgroupPath != nil || !known.isEmpty {
      episode.oomKills = known.reduce(0) { $0 + $1.count }
    }
    return episode
  }

  /// An earlier episode of the same alert whose end was lost.
  private mutating func endOthers(of alert: Alert) {
    let others = open[alert.key.service]?.keys ?? [:].keys
    for identity in others where identity.key == alert.key && identity != alert.identity {
      end(identity, at: alert.startedAt, because: "a new episode of the same alert has begun")
    }
  }

  private mutating func end(_ identity: AlertEpisode, at moment: Timestamp, because reason: String)
  {
    amend(identity) { $0.end(at: moment, because: reason) }
    setOpen(identity, nil)
  }

  mutating func note(_ kill: KillRecord, in group: ServiceName?) {
    var entry = self[kill.service]
    entry.kills.append(kill)
    entry.kills.removeFirst(max(0, entry.kills.count - Self.mostKillsOfService))
    entries[kill.service] = entry
    change.kills.append(kill)
    for identity in openEpisodes(of: [kill.service, group]) {
      amend(identity) { $0.oomKills = ($0.oomKills ?? 0) + kill.count }
    }
  }

  mutating func noteRestart(of service: ServiceName, in group: ServiceName?) {
    for identity in openEpisodes(of: [service, group]) {
      amend(identity) { $0.restarts = ($0.restarts ?? 0) + 1 }
    }
  }

  /// Something that was done or seen in every episode of the service that fires.
  ///
  /// - Parameter patience: it belongs also to episodes that ended so long before, at most.
  mutating func append(
    _ step: EpisodeRecord.Step, to service: ServiceName, in group: ServiceName?,
    reachingBack patience: TimeSpan = .zero
  ) {
    let earliest = step.moment - patience
    let ended = [service, group].compactMap(\.self).flatMap { self[$0].episodes }.filter {
      patience > .zero && $0.endedAt.map { $0 >= earliest } ?? false
    }
    for identity in openEpisodes(of: [service, group]) + ended.map(\.identity) {
      amend(identity) { $0.append(step) }
    }
  }

  /// What fires at this moment. What nothing has confirmed for long has ended unseen.
  ///
  /// - Parameter slope: bytes a day, as its rule found it last.
  mutating func confirm(
    _ firing: Set<AlertKey>, at now: Timestamp, slope: (AlertKey) -> Double?
  ) {
    for (identity, confirmedAt) in open.values.joined() {
      if firing.contains(identity.key) || confirmedAt > now {
        setOpen(identity, now)
        guard var episode = self[identity], episode.note(slope: slope(identity.key)) else {
          continue
        }
        put(episode)
        stale.insert(identity)
      } else if now - confirmedAt > AlertBook.patience {
        end(
          identity, at: confirmedAt,
          because: "nothing tells of it any more since a restart of LeakWatch")
      }
    }
  }

  // MARK: The copy on disk

  /// What the disk does not have yet.
  ///
  /// - Parameter all: also what may wait.
  func unwritten(all: Bool) -> HistoryChange {
    var change = change
    let due = all ? dirty.union(stale) : dirty
    change.episodes = Self.inOrder(due.compactMap { self[$0] })
    return change
  }

  /// All that a file should have that has nothing.
  var everything: HistoryChange {
    var all = HistoryChange()
    all.episodes = Self.inOrder(entries.values.flatMap(\.episodes))
    all.kills = entries.values.flatMap(\.kills).sorted { ($0.at, $0.service) < ($1.at, $1.service) }
    return all
  }

  private static func inOrder(_ episodes: [EpisodeRecord]) -> [EpisodeRecord] {
    // Places, as an episode has a dozen texts to be moved.
    let order = episodes.indices.sorted { one, other in
      (episodes[one].firedAt, episodes[one].key) < (episodes[other].firedAt, episodes[other].key)
    }
    return order.map { episodes[$0] }
  }

  /// The disk has all of it.
  mutating func noteAllWritten() {
    (dirty, stale) = ([], [])
    change = HistoryChange()
  }

  mutating func noteWritten(_ written: HistoryChange) {
    for episode in written.episodes {
      dirty.remove(episode.identity)
      stale.remove(episode.identity)
    }
    change = HistoryChange()
  }

  // MARK: Places

  private subscript(identity: AlertEpisode) -> EpisodeRecord? {
    entries[identity.key.service]?.episodes.last { $0.identity == identity }
  }

  private mutating func put(_ episode: EpisodeRecord) {
    if entries[episode.key.service, default: Entry()].put(episode) { episodeCount += 1 }
  }

  private mutating func amend(_ identity: AlertEpisode, _ body: (inout EpisodeRecord) -> Void) {
    guard var episode = self[identity] else { return }
    body(&episode)
    put(episode)
    dirty.insert(identity)
  }

  private func openEpisodes(of services: [ServiceName?]) -> [AlertEpisode] {
    Set(services.compactMap(\.self)).flatMap { open[$0]?.keys.filter { !$0.key.kind.isOwn } ?? [] }
  }

  // MARK: Bounds

  /// Whether all services together have more than is kept: `prune` then forgets. Asked once for many
  /// alerts, as it looks at every episode.
  var isOverfull: Bool { episodeCount > Self.mostEpisodes }

  /// Forgets what is too old or too much; what fires stays.
  mutating func prune(at now: Timestamp) {
    for service in entries.keys { trim(service, at: now) }
    let excess = episodeCount - Self.mostEpisodes
    guard excess > 0 else { return }
    let first = entries.values.flatMap(\.episodes).filter { $0.endedAt != nil }
      .sorted { $0.firedAt < $1.firedAt }.prefix(excess)
    for (service, episodes) in Dictionary(grouping: first, by: \.key.service) {
      forget(Set(episodes.map(\.identity)), of: service)
    }
  }

  /// The same of one service.
  private mutating func trim(_ service: ServiceName, at now: Timestamp) {
    guard let entry = entries[service] else { return }
    let oldest = now - Self.longest
    let excess = max(0, entry.episodes.count - Self.mostOfService)
    let isOld = { (episode: EpisodeRecord) in (episode.endedAt ?? now) < oldest }
    // Of most there is nothing to forget.
    if excess > 0 || entry.episodes.contains(where: isOld) {
      let ended = entry.episodes.filter { $0.endedAt != nil }
      forget(Set((ended.filter(isOld) + ended.prefix(excess)).map(\.identity)), of: service)
    }
    if entry.kills.contains(where: { $0.at < oldest }) {
      entries[service]?.kills.removeAll { $0.at < oldest }
    }
    if entries[service] == Entry() { entries[service] = nil }
  }

  private mutating func forget(_ identities: Set<AlertEpisode>, of service: ServiceName) {
    guard !identities.isEmpty, let before = entries[service]?.episodes else { return }
    let left = before.filter { !identities.contains($0.identity) }
    entries[service]?.episodes = left
    episodeCount -= before.count - left.count
    if entries[service] == Entry() { entries[service] = nil }
    dirty.subtract(identities)
    stale.subtract(identities)
    change.forgotten += identities
  }
}
