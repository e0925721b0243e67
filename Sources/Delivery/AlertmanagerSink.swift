package import Alerting
package import TimeSeries

/// One member of an Alertmanager cluster, by its API v2. Alertmanager wants each sender to tell every
/// member, and to tell it again for as long as an alert fires.
package struct AlertmanagerSink: NotificationSink {
  /// Prometheus gives its alerts four times the interval of its repeats before they end.
  private static let intervalsUntilEnd: Int64 = 4

  package let name: String
  /// The sink's name in the configuration, which all members share.
  package var options: String
  /// With or without /api/v2/alerts.
  package var url: SecretSource
  package var authentication: SinkAuthentication?
  package var headers: [OutgoingRequest.Header]
  /// Added to every alert.
  package var labels: [(name: String, value: String)] {
    get { labelPairs.map { ($0.name, $0.value) } }
    set { labelPairs = newValue.map { OutgoingRequest.Header($0.name, $0.value) } }
  }
  package var generatorURL: String?
  package var timeout: TimeSpan
  package var route: AlertRoute
  package var maximumAge: TimeSpan
  package var interval: TimeSpan
  private var labelPairs: [OutgoingRequest.Header] = []

  package init(
    name: String, options: String, url: SecretSource, authentication: SinkAuthentication? = nil,
    headers: [OutgoingRequest.Header] = [], generatorURL: String? = nil,
    timeout: TimeSpan = .seconds(15), route: AlertRoute = AlertRoute(),
    maximumAge: TimeSpan = .hours(24), interval: TimeSpan = .minutes(1)
  ) {
    self.name = name
    self.options = options
    self.url = url
    self.authentication = authentication
    self.headers = headers
    self.generatorURL = generatorURL
    self.timeout = timeout
    self.route = route
    self.maximumAge = maximumAge
    self.interval = interval
  }

  package var format: String { "alertmanager-v2" }

  package var repetition: Repetition? { Repetition(group: options, interval: interval) }

  /// As many as Prometheus sends at once.
  package var batchLimit: Int { 64 }

  package func body(for alert: Alert) -> [UInt8] {
    body(for: alert, after: nil, hasArrived: false).bytes
  }

  private func body(
    for alert: Alert, after earlier: AlertmanagerBody?, hasArrived: Bool
  ) -> AlertmanagerBody {
    AlertmanagerBody(
      alert, extraLabels: labels, generatorURL: generatorURL, after: earlier,
      hasReachedReceiver: hasArrived)
  }

  /// Words, as they name the alerts that this one takes the place of.
  package func message(
    for alert: Alert, after earlier: QueuedNotification?, hasArrived: Bool
  ) -> QueuedNotification.Message {
    let earlier = earlier.flatMap { AlertmanagerBody(bytes: body(of: $0)) }
    return .words(body(for: alert, after: earlier, hasArrived: hasArrived).bytes, format: format)
  }

  package func repeatedMessage(
    of notification: QueuedNotification
  ) -> QueuedNotification.Message {
    guard let body = AlertmanagerBody(bytes: body(of: notification)) else {
      return notification.message
    }
    return .words(body.withoutReplaced.bytes, format: format)
  }

  package func judge(_ outcome: DeliveryOutcome) -> DeliveryOutcome {
    outcome.finalOnlyIfBadRequest(receiver: "an Alertmanager")
  }

  package func request(
    for notification: QueuedNotification, at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest {
    try request(for: [notification], at: now)
  }

  package func request(
    for batch: [QueuedNotification], at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest {
    let span = TimeSpan(milliseconds: interval.milliseconds * Self.intervalsUntilEnd)
    let elements = batch.flatMap { notification -> [String] in
      let end = notification.status == .firing ? now + span : nil
      return AlertmanagerBody(bytes: body(of: notification))?.elements(endsAt: end) ?? []
    }
    var all = [OutgoingRequest.Header("content-type", "application/json")]
    if let authentication { all.append(try authentication.header()) }
    let taken = Set(all.map(\.name))
    all += headers.filter { !taken.contains($0.name.lowercased()) }
    return OutgoingRequest(
      sink: options, url: Self.endpoint(try url.readText()), headers: all,
      body: Array(("[" + elements.joined(separator: ",") + "]").utf8), timeout: timeout)
  }

  /// The address of the API below an Alertmanager's own address, which may have a prefix.
  static func endpoint(_ url: String) -> String {
    var base = Substring(url)
    while base.last == "/" { base.removeLast() }
    return base.hasSuffix("/api/v2/alerts") ? String(base) : base + "/api/v2/alerts"
  }
}
