package import Alerting
package import TimeSeries

/// A receiver of notifications: which alerts it is told, how it words them and how it is addressed.
package protocol NotificationSink: Sendable {
  /// Unique in the configuration.
  var name: String { get }
  /// Names the wording that it reads of what waits as words and not as an alert.
  var format: String { get }
  /// After this a notification is no longer worth sending.
  var maximumAge: TimeSpan { get }
  /// nil for a receiver that is told everything once.
  var repetition: Repetition? { get }
  /// How many notifications one request may carry.
  var batchLimit: Int { get }
  /// How long the first alert of a message waits for others; zero: each is sent at once.
  var groupWait: TimeSpan { get }
  var route: AlertRoute { get }
  func body(for alert: Alert) -> [UInt8]
  /// What waits for it.
  ///
  /// - Parameters:
  ///   - earlier: what was last said to this sink of the same alert; nil without repetition.
  ///   - hasArrived: whether it may have reached the receiver.
  func message(
    for alert: Alert, after earlier: QueuedNotification?, hasArrived: Bool
  ) -> QueuedNotification.Message
  /// What is repeated of a notification once it was delivered.
  func repeatedMessage(of notification: QueuedNotification) -> QueuedNotification.Message
  /// What an outcome means coming from this receiver.
  func judge(_ outcome: DeliveryOutcome) -> DeliveryOutcome
  /// A request for one attempt at `now`; reads addresses and secrets anew.
  func request(
    for notification: QueuedNotification, at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest
  /// The same for at most `batchLimit` notifications at once, at least one.
  func request(
    for batch: [QueuedNotification], at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest
}

/// What holds for a receiver that takes one message at a time, once.
extension NotificationSink {
  package var repetition: Repetition? { nil }
  package var batchLimit: Int { 1 }
  package var groupWait: TimeSpan { .zero }

  package func message(
    for alert: Alert, after earlier: QueuedNotification?, hasArrived: Bool
  ) -> QueuedNotification.Message {
    .alert(alert)
  }

  package func repeatedMessage(
    of notification: QueuedNotification
  ) -> QueuedNotification.Message { notification.message }

  /// Whether it can send what waits under its name, perhaps since it was of another type.
  package func reads(_ message: QueuedNotification.Message) -> Bool {
    switch message {
    case .alert: true
    case .words(_, let format): format == self.format
    }
  }

  /// The bytes of a notification that it reads.
  package func body(of notification: QueuedNotification) -> [UInt8] {
    switch notification.message {
    case .alert(let alert): body(for: alert)
    case .words(let bytes, _): bytes
    }
  }

  package func judge(_ outcome: DeliveryOutcome) -> DeliveryOutcome { outcome }

  package func request(
    for batch: [QueuedNotification], at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest {
    try request(for: batch[0], at: now)
  }
}
