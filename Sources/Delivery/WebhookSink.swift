package import Alerting
package import TimeSeries

/// The generic JSON receiver, by Standard Webhooks 1.0.
package struct WebhookSink: MessageSink {
  package let name: String
  package var url: SecretSource
  /// Up to two: the new and the old one while they are changed. Without any, nothing is signed.
  package var secrets: [SecretSource]
  package var options: SinkOptions

  package init(
    name: String, url: SecretSource, secrets: [SecretSource] = [],
    options: SinkOptions = SinkOptions()
  ) {
    self.name = name
    self.url = url
    self.secrets = secrets
    self.options = options
  }

  package var format: String { "standard-webhook" }

  package func body(for alert: Alert) -> [UInt8] {
    AlertBody.webhook(alert)
  }

  package func request(
    for notification: QueuedNotification, at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest { try request(for: [notification], at: now) }

  package func request(
    for batch: [QueuedNotification], at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest {
    if batch.count == 1 { return try request(id: batch[0].id, body: body(of: batch[0]), at: now) }
    let newest = batch.map(\.queuedAt).max() ?? now
    return try request(
      id: NotificationID.make(group: batch.map(\.id)),
      body: AlertBody.group(batch.map { body(of: $0) }, newest: newest), at: now)
  }

  /// A request with any body, signed like all others.
  package func request(
    id: String, body: [UInt8], at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest {
    var keys: [[UInt8]] = []
    for secret in secrets {
      keys.append(try WebhookSignature.key(from: try secret.read(), source: secret))
    }
    var own = [
      OutgoingRequest.Header("webhook-id", id),
      OutgoingRequest.Header("webhook-timestamp", WebhookSignature.seconds(now)),
    ]
    if !keys.isEmpty {
      let signature = WebhookSignature.header(id: id, timestamp: now, body: body, keys: keys)
      own.append(OutgoingRequest.Header("webhook-signature", signature))
    }
    return OutgoingRequest(
      sink: name, url: try url.readText(), headers: try options.headers(own: own), body: body,
      timeout: options.timeout)
  }
}
