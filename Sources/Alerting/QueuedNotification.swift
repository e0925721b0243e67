package import TimeSeries

/// One notification on its way to one sink: what is sent, and how often it was tried.
package struct QueuedNotification: Hashable, Sendable, CustomStringConvertible {
  /// What an attempt does not change.
  private struct Content: Hashable, Sendable {
    var id: String
    var slot: Slot
    var status: Alert.Status
    var severity: Severity
    var summary: String
    var message: Message
  }

  /// Thousands may wait, and each is handed from place to place: a copy is one reference and not eight.
  private final class Box: Sendable {
    let content: Content

    init(_ content: Content) { self.content = content }
  }

  private var box: Box
  package var queuedAt: Timestamp
  /// How often it was tried without success.
  package var attempts: Int
  /// Not before this moment.
  package var nextAttempt: Timestamp
  /// Why the last attempt failed.
  package var lastFailure: String?

  /// The same for every attempt, also after a restart: the receiver's key against duplicates.
  package var id: String { box.content.id }
  /// The sink's name in the configuration.
  package var sink: String { box.content.slot.sink }
  package var key: AlertKey { box.content.slot.key }
  package var episode: EpisodeID { box.content.slot.episode }
  package var slot: Slot { box.content.slot }
  package var status: Alert.Status { box.content.status }
  package var severity: Severity { box.content.severity }
  /// The alert's first line, for the journal if the notification cannot be delivered.
  package var summary: String { box.content.summary }
  package var message: Message {
    get { box.content.message }
    set { change { $0.message = newValue } }
  }

  package init(
    id: String, sink: String, key: AlertKey, episode: EpisodeID, status: Alert.Status,
    severity: Severity, summary: String, message: Message,
    queuedAt: Timestamp, attempts: Int = 0, nextAttempt: Timestamp? = nil,
    lastFailure: String? = nil
  ) {
    let slot = Slot(sink: sink, key: key, episode: episode)
    box = Box(
      Content(
        id: id, slot: slot, status: status, severity: severity, summary: summary, message: message))
    self.queuedAt = queuedAt
    self.attempts = attempts
    self.nextAttempt = nextAttempt ?? queuedAt
    self.lastFailure = lastFailure
  }

  /// Of an alert, never tried.
  package init(id: String, sink: String, of alert: Alert, message: Message, queuedAt: Timestamp) {
    self.init(
      id: id, sink: sink, key: alert.key, episode: alert.episode, status: alert.status,
      severity: alert.severity, summary: alert.summary, message: message, queuedAt: queuedAt)
  }

  /// The same words for another sink, under another name, never tried.
  package func readdressed(to sink: String, id: String, at now: Timestamp) -> QueuedNotification {
    var copy = self
    copy.change {
      $0.id = id
      $0.slot.sink = sink
    }
    (copy.attempts, copy.nextAttempt, copy.lastFailure) = (0, now, nil)
    return copy
  }

  private mutating func change(_ body: (inout Content) -> Void) {
    var content = box.content
    body(&content)
    box = Box(content)
  }

  package static func == (one: QueuedNotification, other: QueuedNotification) -> Bool {
    (one.box === other.box || one.box.content == other.box.content)
      && one.queuedAt == other.queuedAt && one.attempts == other.attempts
      && one.nextAttempt == other.nextAttempt && one.lastFailure == other.lastFailure
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(id)
    hasher.combine(attempts)
  }

  package var description: String {
    "\(box.content), queued at \(queuedAt), tried \(attempts) times, next at \(nextAttempt), "
      + "last failure \(lastFailure ?? "none")"
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
}
