internal import Alerting
internal import TimeSeries

/// What has happened to each service since the daemon started, the newest few: for people who look.
struct Chronicle: Sendable {
  struct Episode: Hashable, Sendable {
    var kind: AlertKind
    var severity: Severity
    var startedAt: Timestamp
    /// nil while it fires.
    var endedAt: Timestamp?
    /// What people were told first.
    var summary: String
    var id: EpisodeID
  }

  struct Kill: Hashable, Sendable {
    var at: Timestamp
    var count: Int
    var evidence: String
  }

  struct Entry: Hashable, Sendable {
    /// Newest last.
    var episodes: [Episode] = []
    var kills: [Kill] = []
  }

  private static let mostOfAKind = 50

  private var entries: [ServiceName: Entry] = [:]

  subscript(service: ServiceName) -> Entry { entries[service] ?? Entry() }

  mutating func note(_ alert: Alert) {
    var entry = self[alert.key.service]
    let isEnd = alert.status == .resolved
    if let index = entry.episodes.firstIndex(where: { $0.id == alert.episode }) {
      entry.episodes[index].severity = max(alert.severity, entry.episodes[index].severity)
      entry.episodes[index].endedAt = isEnd ? alert.at : nil
    } else {
      entry.episodes.append(
        Episode(
          kind: alert.key.kind, severity: alert.severity, startedAt: alert.startedAt,
          endedAt: isEnd ? alert.at : nil, summary: alert.summary, id: alert.episode))
    }
    entry.episodes.removeFirst(max(0, entry.episodes.count - Self.mostOfAKind))
    entries[alert.key.service] = entry
  }

  mutating func note(_ kill: Kill, of service: ServiceName) {
    var entry = self[service]
    entry.kills.append(kill)
    entry.kills.removeFirst(max(0, entry.kills.count - Self.mostOfAKind))
    entries[service] = entry
  }

  /// Forgets services that are known no more.
  mutating func keep(_ known: Set<ServiceName>) {
    entries = entries.filter { known.contains($0.key) }
  }
}
