package import Alerting
package import TimeSeries

/// A receiver whose messages the user words. As for all sinks the alert waits as it is: a template that
/// is mended after a refusal counts for what waits.
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

  package var format: String { QueuedNotification.Message.alertFormat }

  package func body(for alert: Alert) -> [UInt8] { body(for: [alert]) }

  private func body(for alerts: [Alert]) -> [UInt8] {
    Array(template.render(alerts, escape: TemplateEscape(contentType: contentType)).utf8)
  }

  package func request(
    for notification: QueuedNotification, at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest { try request(for: [notification], at: now) }

  package func request(
    for batch: [QueuedNotification], at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest {
    let alerts = batch.compactMap { if case .alert(let alert) = $0.message { alert } else { nil } }
    return OutgoingRequest(
      sink: name, method: method, url: try url.readText(),
      headers: try options.headers(contentType: contentType),
      body: alerts.isEmpty ? [] : body(for: alerts), timeout: options.timeout)
  }
}
