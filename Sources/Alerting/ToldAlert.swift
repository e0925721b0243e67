package import TimeSeries

/// One trouble of one service: what the book, the outbox and the sinks know an alert by.
package struct AlertEpisode: Hashable, Sendable {
  package var key: AlertKey
  package var episode: EpisodeID

  package init(key: AlertKey, episode: EpisodeID) {
    self.key = key
    self.episode = episode
  }

  /// The name of an episode is made of its key, and hardly ever that of another.
  package func hash(into hasher: inout Hasher) { hasher.combine(episode) }
}

extension Alert {
  package var identity: AlertEpisode { AlertEpisode(key: key, episode: episode) }
}

/// That a sink was told of an episode's beginning. It stands on disk until the sink was told of the
/// end.
package struct ToldAlert: Hashable, Sendable {
  package var slot: QueuedNotification.Slot
  /// As it was told last.
  package var severity: Severity
  /// When it was delivered, or given up, last.
  package var at: Timestamp
  /// False where an attempt was made of which nobody knows whether it arrived: then the end is told,
  /// and so is the beginning, if the alert fires still.
  package var isCertain: Bool

  package init(
    slot: QueuedNotification.Slot, severity: Severity, at: Timestamp, isCertain: Bool = true
  ) {
    self.slot = slot
    self.severity = severity
    self.at = at
    self.isCertain = isCertain
  }
}

/// What waits for a sink, or is under way to it, of one episode.
package struct QueuedState: Hashable, Sendable {
  package var episode: EpisodeID
  package var status: Alert.Status
  package var severity: Severity
  package var queuedAt: Timestamp

  package init(
    episode: EpisodeID, status: Alert.Status, severity: Severity, queuedAt: Timestamp
  ) {
    self.episode = episode
    self.status = status
    self.severity = severity
    self.queuedAt = queuedAt
  }
}

extension QueuedNotification {
  package var state: QueuedState {
    QueuedState(episode: episode, status: status, severity: severity, queuedAt: queuedAt)
  }
}
