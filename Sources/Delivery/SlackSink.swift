package import Alerting
package import TimeSeries

/// A channel's incoming webhook at Slack, or at what understands the same (Mattermost).
package struct SlackSink: MessageSink {
  package let name: String
  package var url: SecretSource
  package var options: SinkOptions

  package init(name: String, url: SecretSource, options: SinkOptions) {
    self.name = name
    self.url = url
    self.options = options
  }

  package var format: String { "slack" }

  package func body(for alert: Alert) -> [UInt8] { SlackBody.message(alert).bytes }

  package func request(
    for notification: QueuedNotification, at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest { try request(for: [notification], at: now) }

  package func request(
    for batch: [QueuedNotification], at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest {
    OutgoingRequest(
      sink: name, url: try url.readText(), headers: try options.headers(),
      body: batch.count == 1 ? body(of: batch[0]) : SlackBody.group(batch).bytes,
      timeout: options.timeout)
  }
}
