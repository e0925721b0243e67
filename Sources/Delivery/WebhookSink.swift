package import Alerting
package import TimeSeries

/// The generic JSON receiver, by Standard Webhooks 1.0.
package struct WebhookSink: NotificationSink {
  package let name: String
  package var url: SecretSource
  /// Up to two: the new and the old one while they are changed. Without any, nothing is signed.
  package var secrets: [SecretSource]
  package var authentication: SinkAuthentication?
  package var headers: [OutgoingRequest.Header]
  package var timeout: TimeSpan
  package var sendsResolved: Bool
  package var minimumSeverity: Severity
  package var maximumAge: TimeSpan

  package init(
    name: String, url: SecretSource, secrets: [SecretSource] = [],
    authentication: SinkAuthentication? = nil, headers: [OutgoingRequest.Header] = [],
    timeout: TimeSpan = .seconds(15),
    sendsResolved: Bool = true, minimumSeverity: Severity = .ticket,
    maximumAge: TimeSpan = .hours(24)
  ) {
    self.name = name
    self.url = url
    self.secrets = secrets
    self.authentication = authentication
    self.headers = headers
    self.timeout = timeout
    self.sendsResolved = sendsResolved
    self.minimumSeverity = minimumSeverity
    self.maximumAge = maximumAge
  }

  package var format: String { "standard-webhook" }

  package func wants(_ alert: Alert) -> Bool {
    alert.severity >= minimumSeverity && (alert.status == .firing || sendsResolved)
  }

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
    var all = [
      OutgoingRequest.Header("content-type", "application/json"),
      OutgoingRequest.Header("webhook-id", notification.id),
      OutgoingRequest.Header("webhook-timestamp", WebhookSignature.seconds(now)),
    ]
    if !keys.isEmpty {
      let signature = WebhookSignature.header(
        id: notification.id, timestamp: now, body: notification.body, keys: keys)
      all.append(OutgoingRequest.Header("webhook-signature", signature))
    }
    if let authentication { all.append(try authentication.header()) }
    // The protocol's own headers are not for the configuration to replace.
    let taken = Set(all.map(\.name))
    all += headers.filter { !taken.contains($0.name.lowercased()) }
    return OutgoingRequest(
      sink: name, url: try url.readText(), headers: all, body: notification.body, timeout: timeout)
  }
}
