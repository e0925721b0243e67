package import Alerting
package import TimeSeries

/// The generic JSON receiver, by Standard Webhooks 1.0.
package struct WebhookSink: NotificationSink {
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
  package var maximumAge: TimeSpan { options.maximumAge }
  package var route: AlertRoute { options.route }

  package func body(for alert: Alert) -> [UInt8] {
    AlertBody.webhook(alert).bytes
  }

  package func request(
    for notification: QueuedNotification, at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest {
    var keys: [[UInt8]] = []
    for secret in secrets {
      keys.append(try WebhookSignature.key(from: try secret.read(), source: secret))
    }
    var own = [
      OutgoingRequest.Header("webhook-id", notification.id),
      OutgoingRequest.Header("webhook-timestamp", WebhookSignature.seconds(now)),
    ]
    if !keys.isEmpty {
      let signature = WebhookSignature.header(
        id: notification.id, timestamp: now, body: notification.body, keys: keys)
      own.append(OutgoingRequest.Header("webhook-signature", signature))
    }
    return OutgoingRequest(
      sink: name, url: try url.readText(), headers: try options.headers(own: own),
      body: notification.body, timeout: options.timeout)
  }
}
