package import Alerting
package import TimeSeries

/// PagerDuty's Events API v2.
package struct PagerDutySink: MessageSink {
  package static let standardURL = "https://events.pagerduty.com/v2/enqueue"

  package let name: String
  package var url: SecretSource
  /// The integration key of a service; it never reaches the outbox.
  package var routingKey: SecretSource
  package var options: SinkOptions

  package init(name: String, url: SecretSource, routingKey: SecretSource, options: SinkOptions) {
    self.name = name
    self.url = url
    self.routingKey = routingKey
    self.options = options
  }

  package var format: String { "pagerduty-v2" }

  package func body(for alert: Alert) -> [UInt8] { PagerDutyBody.event(alert) }

  package func judge(_ outcome: DeliveryOutcome) -> DeliveryOutcome {
    outcome.finalOnlyIfBadRequest(receiver: "PagerDuty's Events API")
  }

  package func request(
    for notification: QueuedNotification, at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest {
    let key = JSONValue.string(try routingKey.readText()).text
    let body = Array("{\"routing_key\":\(key),".utf8) + body(of: notification).dropFirst()
    return OutgoingRequest(
      sink: name, url: try url.readText(), headers: try options.headers(), body: body,
      timeout: options.timeout)
  }
}
