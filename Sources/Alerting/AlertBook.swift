package import TimeSeries

/// The alerts that fire, as they were last worded, and those that have ended while some sink has still
/// to be told of it: a value without I/O. It outlives a restart, as the disk has a copy.
package struct AlertBook: Sendable {
  private struct Entry: Sendable {
    var alert: Alert
    /// When the rules last said that it fires.
    var confirmedAt: Timestamp
  }

  /// What no rule confirms for so long has gone without an end, as nothing tells of its service any
  /// more.
  package static let patience = TimeSpan.hours(1)

  private var entries: [AlertEpisode: Entry] = [:]
  private var firing: [AlertKey: EpisodeID] = [:]

  package init(_ alerts: [Alert] = [], at now: Timestamp = Timestamp(milliseconds: 0)) {
    for alert in alerts { _ = take(alert, at: now) }
  }

  package subscript(identity: AlertEpisode) -> Alert? { entries[identity]?.alert }

  package func contains(_ identity: AlertEpisode) -> Bool { entries.index(forKey: identity) != nil }

  /// Whether some episode of it fires.
  package func isFiring(_ key: AlertKey) -> Bool { firing[key] != nil }

  /// By service, kind and episode.
  package var alerts: [Alert] {
    entries.values.map(\.alert).sorted { ($0.key, $0.episode.text) < ($1.key, $1.episode.text) }
  }

  /// The same in no order: thousands may fire.
  package var unordered: some Sequence<Alert> { entries.values.lazy.map(\.alert) }

  /// Makes room for many at once: an alert is large, and moved anew whenever the book grows.
  package mutating func reserveCapacity(_ added: Int) {
    entries.reserveCapacity(entries.count + added)
    firing.reserveCapacity(firing.count + added)
  }

  /// The newest word on an episode.
  ///
  /// - Returns: an older episode of the same alert, whose end was lost: it ends here.
  package mutating func take(_ alert: Alert, at now: Timestamp) -> Alert? {
    var lost: Alert?
    if alert.status == .firing {
      let earlier = firing.updateValue(alert.episode, forKey: alert.key)
      if let earlier, earlier != alert.episode {
        let identity = AlertEpisode(key: alert.key, episode: earlier)
        lost = entries[identity]?.alert
        lost?.status = .resolved
        lost?.at = alert.startedAt
        lost?.summary = "\(alert.key.service): a new episode of the same alert has begun"
        if let lost { entries[identity] = Entry(alert: lost, confirmedAt: now) }
      }
    } else if firing[alert.key] == alert.episode {
      firing[alert.key] = nil
    }
    entries[alert.identity] = Entry(alert: alert, confirmedAt: now)
    return lost
  }

  package mutating func forget(_ identity: AlertEpisode) {
    entries[identity] = nil
    if firing[identity.key] == identity.episode { firing[identity.key] = nil }
  }

  /// These fire at this moment.
  ///
  /// - Returns: what ends here, as nothing has confirmed it for long; in order.
  package mutating func confirm(_ keys: Set<AlertKey>, at now: Timestamp) -> [Alert] {
    var lost: [Alert] = []
    for (key, episode) in firing {
      let identity = AlertEpisode(key: key, episode: episode)
      guard let entry = entries[identity] else { continue }
      if keys.contains(key) || entry.confirmedAt > now {
        entries[identity]?.confirmedAt = now
      } else if now - entry.confirmedAt > Self.patience {
        lost.append(Self.ended(entry.alert, at: now))
      }
    }
    for alert in lost { _ = take(alert, at: now) }
    return lost.sorted { ($0.key, $0.episode.text) < ($1.key, $1.episode.text) }
  }

  private static func ended(_ alert: Alert, at now: Timestamp) -> Alert {
    var ended = alert
    ended.status = .resolved
    ended.at = now
    ended.summary = "\(alert.key.service): nothing tells of the service any more since a restart"
    ended.reasons = ["nothing has told of the service for \(patience)"]
    return ended
  }
}
