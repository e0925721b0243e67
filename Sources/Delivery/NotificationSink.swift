package import Alerting
package import TimeSeries

/// A receiver of notifications: which alerts it wants, how it words them and how it is addressed.
package protocol NotificationSink: Sendable {
  /// Unique in the configuration.
  var name: String { get }
  /// Names the wording of `body`, kept with each waiting notification.
  var format: String { get }
  /// After this a notification is no longer worth sending.
  var maximumAge: TimeSpan { get }
  func wants(_ alert: Alert) -> Bool
  func body(for alert: Alert) -> [UInt8]
  /// A request for one attempt at `now`; reads addresses and secrets anew.
  func request(
    for notification: QueuedNotification, at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest
}
