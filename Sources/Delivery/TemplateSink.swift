package import Alerting
package import TimeSeries

/// A receiver whose messages the user words. The alert waits as it is and is worded when it is sent,
/// so that a template that is mended after a refusal counts for what waits.
package struct TemplateSink: MessageSink {
  package let name: String
  package var method: OutgoingRequest.Method
  package var url: SecretSource
  package var contentType: String
  package var template: MessageTemplate
  package var options: SinkOptions

  package init(
    name: String, method: OutgoingRequest.Method = .post, url: SecretSource, contentType: String,
    template: MessageTemplate, options: SinkOptions
  ) {
    self.name = name
    self.method = method
    self.url = url
    self.contentType = contentType
    self.template = template
    self.options = options
  }

  package var format: String { "alert-1" }

  package func body(for alert: Alert) -> [UInt8] { alert.stateBytes }

  /// The message.
  package func wording(of alerts: [Alert]) -> [UInt8] {
    Array(template.render(alerts, escape: TemplateEscape(contentType: contentType)).utf8)
  }

  package func request(
    for notification: QueuedNotification, at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest { try request(for: [notification], at: now) }

  package func request(
    for batch: [QueuedNotification], at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest {
    let alerts = batch.compactMap { try? Alert(stateBytes: $0.body) }
    return OutgoingRequest(
      sink: name, method: method, url: try url.readText(),
      headers: try options.headers(contentType: contentType),
      body: alerts.isEmpty ? [] : wording(of: alerts), timeout: options.timeout)
  }
}
