package import Alerting
private import TimeSeries

/// What the courier tells its owner. `record` is what belongs in the journal.
package enum DeliveryEvent: Hashable, Sendable {
  case delivered(QueuedNotification)
  /// It is tried again later; `lastFailure` says why.
  case postponed(QueuedNotification)
  case gaveUp(QueuedNotification, reason: String)
  /// A receiver that forgets is told of it no longer: nothing has confirmed it since a restart.
  case lapsed(QueuedNotification)
  /// An alert of before a restart that nothing confirms has come to its end.
  case ended(Alert)
  case sinkDown(sink: String, reason: String, waitingCount: Int)
  case sinkUp(sink: String, waitingCount: Int)
  case sinkDisabled(sink: String, reason: String, waitingCount: Int)
  /// The outbox on disk cannot be written: notifications are kept in memory alone meanwhile.
  case outboxFailed(reason: String)
  /// A row of the outbox is not what was written.
  case damaged(DamagedRow)
  /// Everything that waits is on disk again.
  case outboxRecovered

  /// nil for what is a figure in the metrics and no news.
  package var record: JournalRecord? {
    switch self {
    case .delivered, .postponed: nil
    case .ended(let alert): JournalRecord(alert)
    case .lapsed(let notification):
      JournalRecord(
        .deliveryFailed, priority: .warning,
        message: """
          sink \(notification.sink): an alert of before the restart is no longer repeated, since \
          nothing has confirmed it
            the alert was: \(notification.summary)
          """,
        details: Self.fields(notification.sink, reason: nil) + [
          .init("LEAKWATCH_SERVICE", notification.key.service.text),
          .init("LEAKWATCH_EPISODE", notification.episode.text),
        ])
    case .gaveUp(let notification, let reason): Self.lastResort(notification, reason)
    case .sinkDown(let sink, let reason, let count):
      JournalRecord(
        .sinkDown, message: "sink \(sink) fails: \(reason); \(count) waiting, tried again",
        details: Self.fields(sink, reason: reason))
    case .sinkUp(let sink, let count):
      JournalRecord(
        .sinkUp, message: "sink \(sink) works again; \(count) waiting",
        details: Self.fields(sink, reason: nil))
    case .sinkDisabled(let sink, let reason, let count):
      JournalRecord(
        .sinkDown, priority: .error,
        message: "sink \(sink) is switched off until the next reload: \(reason); \(count) waiting",
        details: Self.fields(sink, reason: reason))
    case .outboxFailed(let reason): .stateUnavailable(reason: reason)
    case .damaged(let row): Self.damaged(row)
    case .outboxRecovered:
      JournalRecord(.stateAvailable, message: "alerts that wait for delivery are on disk again")
    }
  }

  /// Holds the alert itself: after this nobody else will tell it.
  private static func lastResort(
    _ notification: QueuedNotification, _ reason: String
  ) -> JournalRecord {
    JournalRecord(
      .deliveryFailed,
      message: """
        sink \(notification.sink): alert not delivered: \(reason)
          the alert was (\(notification.status.rawValue)): \(notification.summary)
        """,
      details: fields(notification.sink, reason: reason) + [
        .init("LEAKWATCH_ALERT", notification.key.kind.rawValue),
        .init("LEAKWATCH_STATUS", notification.status.rawValue),
        .init("LEAKWATCH_SERVICE", notification.key.service.text),
        .init("LEAKWATCH_EPISODE", notification.episode.text),
        .init("LEAKWATCH_SEVERITY", notification.severity.rawValue),
        .init("LEAKWATCH_ATTEMPTS", String(notification.attempts)),
      ])
  }

  /// A notification ends here; of the others the rules and the next alert tell again.
  private static func damaged(_ row: DamagedRow) -> JournalRecord {
    switch row.table {
    case .notification:
      JournalRecord(
        .deliveryFailed,
        message: """
          an alert that waited for delivery was damaged on disk and is not sent
            what can be read of it, with the damage: \(row.words)
          """,
        details: [.init("LEAKWATCH_REASON", "its checksum is wrong")])
    case .told:
      .pastDamaged(["what a sink was told, which it may be told again (\(row.words))"])
    case .alert: .pastDamaged(["an alert that may be told again (\(row.words))"])
    }
  }

  private static func fields(_ sink: String, reason: String?) -> [JournalRecord.Field] {
    [.init("LEAKWATCH_SINK", sink)] + (reason.map { [.init("LEAKWATCH_REASON", $0)] } ?? [])
  }
}
