package import Alerting
package import TimeSeries

extension Configuration {
  /// `[[sink]]`: where alerts are sent, beside the journal.
  package struct Sink: Sendable, Equatable {
    /// Where the address stands: in the configuration, or in a file read at each use.
    package enum Address: Sendable, Equatable {
      case url(WebURL)
      case file(String)
    }

    package var name: String
    package var type = SinkType.webhook
    package var address: Address
    /// Files with signing secrets, newest first: none (unsigned), one, or two while one replaces
    /// the other.
    package var secretFiles: [String] = []
    package var timeout = TimeSpan.seconds(15)
    /// Whether the end of an alert is told too.
    package var sendsResolved = true
    /// Alerts below it are not sent here.
    package var minimumSeverity = Severity.ticket
    package var headers: [HTTPHeader] = []
    package var tls = TLS()
    package var proxyURL: WebURL?
    /// After this a notification that could not be delivered is given up.
    package var maximumAge = TimeSpan.hours(24)

    package init(name: String, address: Address) {
      self.name = name
      self.address = address
    }
  }

  package enum SinkType: String, CaseIterable, Sendable {
    /// JSON in the Standard Webhooks 1.0.0 envelope.
    case webhook
  }
}

extension Configuration.Sink: ConfigurationSection {
  static var blank: Self { Self(name: "", address: .file("")) }

  static var keys: [KeySpecification<Self>] { addressKeys + deliveryKeys }

  private static var addressKeys: [KeySpecification<Self>] {
    [
      .required(
        "name", \.name, .identifier, "the name of this sink in records and for `notify-test`"),
      .value(
        "type", \.type,
        .choice("type", unavailable: ["alertmanager", "pagerduty", "slack", "template"]),
        "what the receiver understands"),
      .optional(
        "url", \.url, .url, absent: "url_file is needed", "where alerts are posted"),
      .optional(
        "url_file", \.urlFile, .path, absent: "url is needed",
        "a file with the address, where the address itself is a key"),
      .optional(
        "secret_file", \.secretFile, .path, absent: "unsigned",
        "a file with the secret that signs each message (Standard Webhooks)"),
      .value(
        "secret_files", \.secretFiles, ValueGrammar.path.list(atMost: 2),
        "up to two such files, while a new secret replaces an old one"),
    ]
  }

  private static var deliveryKeys: [KeySpecification<Self>] {
    [
      .value(
        "timeout", \.timeout, .duration(in: Intervals.timeouts),
        "after this an attempt has failed and is repeated later"),
      .value(
        "send_resolved", \.sendsResolved, .boolean, "whether the end of an alert is sent too"),
      .value(
        "min_severity", \.minimumSeverity, .choice("severity"),
        "alerts below it are not sent here"),
      .value("headers", \.headers, .headers, "headers that are added to each request"),
      .table("tls", \.tls, header: "[sink.tls]", "how the receiver's certificate is checked"),
      .optional(
        "proxy_url", \.proxyURL, .url, absent: "no proxy", "an HTTP proxy to go through"),
      .value(
        "max_age", \.maximumAge, .duration(in: .minutes(1)...(.days(30))),
        "after this a message that could not be delivered is given up"),
    ]
  }

  func check(_ given: GivenKeys, log: inout DiagnosticLog) {
    given.refuseBoth("url", "url_file", log: &log)
    given.refuseBoth("secret_file", "secret_files", log: &log)
    if !given.has("url"), !given.has("url_file") {
      log.error(at: given.position, "[[sink]] lacks an address: \"url\" or \"url_file\"")
    }
    if given.areSound("url"), let url { tls.warnIfUnused(by: url, given, log: &log) }
  }
}

/// The keys that are two ways to write one property.
extension Configuration.Sink {
  var url: WebURL? {
    get { if case .url(let url) = address { url } else { nil } }
    set { if let newValue { address = .url(newValue) } }
  }

  var urlFile: String? {
    get { if case .file(let path) = address { path } else { nil } }
    set { if let newValue { address = .file(newValue) } }
  }

  var secretFile: String? {
    get { secretFiles.first }
    set { if let newValue { secretFiles = [newValue] } }
  }
}
