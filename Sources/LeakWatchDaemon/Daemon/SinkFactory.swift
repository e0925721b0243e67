internal import Delivery
internal import WatchConfiguration

/// Sinks as the courier knows them, from the configuration.
enum SinkFactory {
  static func sinks(_ configuration: Configuration) -> [any NotificationSink] {
    configuration.sinks.map(webhook)
  }

  private static func webhook(_ sink: Configuration.Sink) -> WebhookSink {
    WebhookSink(
      name: sink.name, url: address(sink.address),
      secrets: sink.secretFiles.map(SecretSource.file),
      headers: sink.headers.map { .init($0.name, $0.value.revealed) }, timeout: sink.timeout,
      sendsResolved: sink.sendsResolved, minimumSeverity: sink.minimumSeverity,
      maximumAge: sink.maximumAge)
  }

  private static func address(_ address: Configuration.Sink.Address) -> SecretSource {
    switch address {
    case .url(let url): .literal(url.text)
    case .file(let path): .file(path)
    }
  }
}
