package import Alerting
package import TimeSeries

/// A channel's incoming webhook at Slack, or at what understands the same (Mattermost).
package struct SlackSink: NotificationSink {
  package let name: String
  package var url: SecretSource
  package var options: SinkOptions

  package init(name: String, url: SecretSource, options: SinkOptions) {
    self.name = name
    self.url = url
    self.options = options
  }

  package var format: String { "slack" }
  package var maximumAge: TimeSpan { options.maximumAge }
  package var route: AlertRoute { options.route }

  package func body(for alert: Alert) -> [UInt8] { SlackBody.message(alert).bytes }

  package func request(
    for notification: QueuedNotification, at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest {
    OutgoingRequest(
      sink: name, url: try url.readText(), headers: try options.headers(),
      body: notification.body, timeout: options.timeout)
  }
}
