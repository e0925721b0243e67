package import TimeSeries

/// One notification on its way to one sink: what is sent, and how often it was tried.
package struct QueuedNotification: Hashable, Sendable {
  /// The same for every attempt, also after a restart: the receiver's key against duplicates.
  package var id: String
  /// The sink's name in the configuration.
  package var sink: String
  /// How `body` is to be read, "standard-webhook"; a sink sends only its own format.
  package var format: String
  package var key: AlertKey
  package var episode: EpisodeID
  package var status: Alert.Status
  package var severity: Severity
  /// The alert's first line, for the journal if the notification cannot be delivered.
  package var summary: String
  package var body: [UInt8]
  package var queuedAt: Timestamp
  /// How often it was tried without success.
  package var attempts: Int
  /// Not before this moment.
  package var nextAttempt: Timestamp
  /// Why the last attempt failed.
  package var lastFailure: String?

  package init(
    id: String, sink: String, format: String, key: AlertKey, episode: EpisodeID,
    status: Alert.Status, severity: Severity, summary: String, body: [UInt8],
    queuedAt: Timestamp, attempts: Int = 0, nextAttempt: Timestamp? = nil,
    lastFailure: String? = nil
  ) {
    self.id = id
    self.sink = sink
    self.format = format
    self.key = key
    self.episode = episode
    self.status = status
    self.severity = severity
    self.summary = summary
    self.body = body
    self.queuedAt = queuedAt
    self.attempts = attempts
    self.nextAttempt = nextAttempt ?? queuedAt
    self.lastFailure = lastFailure
  }

  /// What only one notification in a queue may speak for: a newer state replaces an older one.
  /// The episode is part of it, or the end of one episode would be lost to the start of the next
  /// and stay open at the receiver for ever.
  package struct Slot: Hashable, Sendable {
    package var sink: String
    package var key: AlertKey
    package var episode: EpisodeID

    package init(sink: String, key: AlertKey, episode: EpisodeID) {
      self.sink = sink
      self.key = key
      self.episode = episode
    }

    package var identity: AlertEpisode { AlertEpisode(key: key, episode: episode) }

    /// As of an episode.
    package func hash(into hasher: inout Hasher) {
      hasher.combine(episode)
      hasher.combine(sink)
    }
  }

  package var slot: Slot { Slot(sink: sink, key: key, episode: episode) }
}
