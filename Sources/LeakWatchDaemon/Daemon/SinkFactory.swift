internal import Delivery
internal import WatchConfiguration

/// Sinks as the courier knows them, from the configuration.
enum SinkFactory {
  static func sinks(_ configuration: Configuration) -> [any NotificationSink] {
    configuration.sinks.flatMap { sink -> [any NotificationSink] in
      switch sink.type {
      case .webhook: [webhook(sink)]
      case .alertmanager: alertmanagers(sink)
      case .pagerduty: [pagerDuty(sink)]
      case .slack: [SlackSink(name: sink.name, url: address(sink.address), options: options(sink))]
      case .template: template(sink)
      }
    }
  }

  /// Its address is known; another one is for a proxy or the European region.
  private static func pagerDuty(_ sink: Configuration.Sink) -> PagerDutySink {
    let isNamed = sink.address != .file("")
    return PagerDutySink(
      name: sink.name,
      url: isNamed ? address(sink.address) : .literal(PagerDutySink.standardURL),
      routingKey: .file(sink.routingKeyFile ?? ""), options: options(sink))
  }

  /// Empty only for a configuration whose templates nobody has read.
  private static func template(_ sink: Configuration.Sink) -> [TemplateSink] {
    guard let template = sink.template else { return [] }
    return [
      TemplateSink(
        name: sink.name, method: sink.method == .put ? .put : .post, url: address(sink.address),
        contentType: sink.contentType, template: template, options: options(sink))
    ]
  }

  private static func options(_ sink: Configuration.Sink) -> SinkOptions {
    var options = SinkOptions()
    options.authentication = authentication(sink)
    options.headers = headers(sink)
    options.timeout = sink.timeout
    options.route = sink.route
    options.maximumAge = sink.maximumAge
    options.groupWait = sink.groupWait
    return options
  }

  static func webhook(_ sink: Configuration.Sink) -> WebhookSink {
    WebhookSink(
      name: sink.name, url: address(sink.address),
      secrets: sink.secretFiles.map(SecretSource.file), options: options(sink))
  }

  /// One for each member, named after its address: each has its own queue and its own pauses, and a
  /// member keeps its queue when others come and go.
  private static func alertmanagers(_ sink: Configuration.Sink) -> [AlertmanagerSink] {
    guard !sink.members.isEmpty else {
      return [alertmanager(sink, name: sink.name, url: address(sink.address))]
    }
    return sink.members.map {
      alertmanager(sink, name: "\(sink.name) (\($0))", url: .literal($0.text))
    }
  }

  private static func alertmanager(
    _ sink: Configuration.Sink, name: String, url: SecretSource
  ) -> AlertmanagerSink {
    var member = AlertmanagerSink(
      name: name, options: sink.name, url: url, authentication: authentication(sink),
      headers: headers(sink), generatorURL: sink.generatorURL?.text, timeout: sink.timeout,
      route: sink.route, maximumAge: sink.maximumAge,
      interval: sink.resendInterval)
    member.labels = sink.labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    return member
  }

  private static func headers(_ sink: Configuration.Sink) -> [OutgoingRequest.Header] {
    sink.headers.map { .init($0.name, $0.value.revealed) }
  }

  private static func authentication(_ sink: Configuration.Sink) -> SinkAuthentication? {
    if let file = sink.bearerTokenFile { return .bearer(.file(file)) }
    return sink.basicAuthentication.map {
      .basic(user: $0.username, password: .file($0.passwordFile))
    }
  }

  private static func address(_ address: Configuration.Sink.Address) -> SecretSource {
    switch address {
    case .url(let url): .literal(url.text)
    case .file(let path): .file(path)
    }
  }
}
