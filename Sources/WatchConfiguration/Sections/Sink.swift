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
    /// The members of an Alertmanager cluster; empty where `address` is all there is.
    package var members: [WebURL] = []
    /// Files with signing secrets, newest first: none (unsigned), one, or two while one replaces
    /// the other.
    package var secretFiles: [String] = []
    package var timeout = TimeSpan.seconds(15)
    /// Whether the end of an alert is told too.
    package var sendsResolved = true
    /// Alerts below it are not sent here.
    package var minimumSeverity = Severity.ticket
    /// Where not empty, these severities alone, in place of `minimumSeverity`.
    package var severities: [Severity] = []
    /// Where not empty, these rules alone.
    package var kinds: [AlertKind] = []
    /// Where not empty, services that one of these patterns fits.
    package var services: [ServicePattern] = []
    /// After this an alert that fires still is told again; zero: never.
    package var repeatInterval = TimeSpan.zero
    package var headers: [HTTPHeader] = []
    package var bearerTokenFile: String?
    package var basicAuthentication: BasicAuthentication?
    package var tls = TLS()
    package var proxyURL: WebURL?
    /// After this a notification that could not be delivered is given up.
    package var maximumAge = TimeSpan.hours(24)
    /// How long the first alert of a message waits for others; zero: each alert is a message.
    package var groupWait = TimeSpan.zero
    /// Template: a file with the wording, and what was read from it.
    package var templateFile: String?
    package var template: MessageTemplate?
    package var contentType = "application/json"
    package var method = Method.post
    /// PagerDuty: a file with the integration key.
    package var routingKeyFile: String?
    /// Alertmanager: how often an alert that fires is told again.
    package var resendInterval = TimeSpan.minutes(1)
    /// Alertmanager: added to every alert.
    package var labels: [String: String] = [:]
    /// Alertmanager: the page that an alert refers to.
    package var generatorURL: WebURL?

    package enum Method: String, CaseIterable, Sendable {
      case post = "POST"
      case put = "PUT"
    }

    package init(name: String, address: Address) {
      self.name = name
      self.address = address
    }
  }

  package enum SinkType: String, CaseIterable, Sendable {
    /// JSON in the Standard Webhooks 1.0.0 envelope.
    case webhook
    /// Alertmanager's API v2.
    case alertmanager
    /// PagerDuty's Events API v2.
    case pagerduty
    /// Slack's incoming webhooks.
    case slack
    /// What the user words.
    case template
  }
}

extension Configuration.Sink: HTTPAccess {}

extension Configuration.Sink: ConfigurationSection {
  static var blank: Self { Self(name: "", address: .file("")) }

  static var keys: [KeySpecification<Self>] {
    addressKeys + deliveryKeys
      + KeySpecification.access(of: "sink", peer: "receiver", occasion: "attempt")
      + templateKeys + pagerDutyKeys + alertmanagerKeys
  }

  private static var addressKeys: [KeySpecification<Self>] {
    [
      .required(
        "name", \.name, .identifier, "the name of this sink in records and for `notify-test`"),
      .value(
        "type", \.type, .choice("type"),
        "what the receiver understands"),
      .optional(
        "url", \.url, .url, absent: "url_file or urls is needed", "where alerts are posted"),
      .optional(
        "url_file", \.urlFile, .path, absent: "url is needed",
        "a file with the address, where the address itself is a key"),
      .value(
        "urls", \.members, ValueGrammar.url.list(atMost: 32),
        "the members of an Alertmanager cluster; each is told everything"),
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
      .value(
        "severities", \.severities, ValueGrammar.choice("severity").list(atMost: 3),
        "these severities alone; empty: from min_severity up"),
      .value(
        "services", \.services, ValueGrammar.servicePattern.list(),
        "services by name, with * and ?; empty: all of them"),
      .value(
        "alerts", \.kinds, ValueGrammar.choice("alert").list(atMost: AlertKind.allCases.count),
        "these rules alone; empty: all of them"),
      .value(
        "repeat_interval", \.repeatInterval, .duration(in: .zero...(.days(30))),
        "after this an alert that fires still is sent again; 0s: never"),
      .value(
        "group_wait", \.groupWait, .duration(in: .zero...(.minutes(10))),
        "how long the first alert of a message waits for others; 0s: each is a message"),
      .value(
        "max_age", \.maximumAge, .duration(in: .minutes(1)...(.days(30))),
        "after this a message that could not be delivered is given up"),
    ]
  }

  private static var templateKeys: [KeySpecification<Self>] {
    [
      .optional(
        "template_file", \.templateFile, .path, absent: "template needs it",
        "template: a file with the wording of the messages"),
      .value(
        "content_type", \.contentType, .mediaType,
        "template: the type of the body, which also says how placeholders are escaped"),
      .value("method", \.method, .choice("method"), "template: how it is sent"),
    ]
  }

  private static var pagerDutyKeys: [KeySpecification<Self>] {
    [
      .optional(
        "routing_key_file", \.routingKeyFile, .path, absent: "pagerduty needs it",
        "pagerduty: a file with the integration key of the service")
    ]
  }

  private static var alertmanagerKeys: [KeySpecification<Self>] {
    [
      .value(
        "resend_interval", \.resendInterval, .duration(in: .seconds(1)...(.hours(1))),
        "alertmanager: how often an alert that fires is told again"),
      .value("labels", \.labels, .alertLabels, "alertmanager: labels that each alert gets"),
      .optional(
        "generator_url", \.generatorURL, .url, absent: "no link",
        "alertmanager: the page that alerts without a link of their own refer to"),
    ]
  }

  func check(_ given: GivenKeys, log: inout DiagnosticLog) {
    given.refuseBoth("url", "url_file", log: &log)
    given.refuseBoth("secret_file", "secret_files", log: &log)
    given.refuseBoth("min_severity", "severities", log: &log)
    checkRoute(given, log: &log)
    given.refuseBoth("bearer_token_file", "basic_auth", log: &log)
    if type == .pagerduty, given.areSound("type"), !given.has("routing_key_file") {
      log.error(at: given.position, "[[sink]] of type \"pagerduty\" lacks \"routing_key_file\"")
    }
    if type == .template, given.areSound("type"), !given.has("template_file") {
      log.error(at: given.position, "[[sink]] of type \"template\" lacks \"template_file\"")
    }
    if type != .pagerduty, !given.has("url"), !given.has("url_file"), !given.has("urls") {
      let keys = type == .alertmanager ? "\"urls\" or \"url_file\"" : "\"url\" or \"url_file\""
      log.error(at: given.position, "[[sink]] lacks an address: \(keys)")
    }
    checkKeysFitType(given, log: &log)
    checkMembers(given, log: &log)
    guard given.areSound("url", "urls") else { return }
    for url in url.map({ [$0] }) ?? members {
      url.warnOfPlainCredentials(given, log: &log)
    }
    if let url = url ?? members.first(where: { _ in members.allSatisfy { $0.scheme == .http } }) {
      tls.warnIfUnused(by: url, given, log: &log)
    }
  }

  private func checkKeysFitType(_ given: GivenKeys, log: inout DiagnosticLog) {
    guard given.areSound("type") else { return }
    let signing = ["secret_file", "secret_files"]
    let forAlertmanager = ["urls", "resend_interval", "labels", "generator_url"]
    let wording = ["template_file", "content_type", "method"]
    let others =
      switch type {
      case .webhook: forAlertmanager + wording + ["routing_key_file"]
      case .alertmanager:
        signing + wording + ["routing_key_file", "send_resolved", "repeat_interval", "group_wait"]
      case .pagerduty: signing + forAlertmanager + wording + ["group_wait"]
      case .slack: signing + forAlertmanager + wording + ["routing_key_file"]
      case .template: signing + forAlertmanager + ["routing_key_file"]
      }
    for name in others where given.has(name) {
      let advice =
        switch name {
        case "send_resolved": "; there it is a setting of the receivers"
        case "repeat_interval": "; there it is a setting of its routes"
        case "group_wait" where type == .alertmanager: "; there it is a setting of its routes"
        default: ""
        }
      log.error(
        at: given.keyPosition(of: name),
        "\"\(name)\" is not for sinks of type \"\(type.rawValue)\"\(advice)")
    }
  }

  private func checkMembers(_ given: GivenKeys, log: inout DiagnosticLog) {
    guard type == .alertmanager else { return }
    given.refuseBoth("url", "urls", log: &log)
    given.refuseBoth("url_file", "urls", log: &log)
    guard given.has("urls"), given.areSound("urls") else { return }
    if members.isEmpty { log.error(at: given.position(of: "urls"), "\"urls\" names no address") }
    for (index, url) in members.enumerated() where members[..<index].contains(url) {
      log.error(at: given.position(of: "urls"), "\"urls\" names \(url) twice")
    }
  }
}

/// Which alerts come here.
extension Configuration.Sink {
  package var route: AlertRoute {
    AlertRoute(
      severities: Set(
        severities.isEmpty ? Severity.allCases.filter { $0 >= minimumSeverity } : severities),
      kinds: Set(kinds.isEmpty ? AlertKind.allCases : kinds), services: services,
      sendsResolved: sendsResolved,
      repeatInterval: repeatInterval > .zero ? repeatInterval : nil)
  }

  private func checkRoute(_ given: GivenKeys, log: inout DiagnosticLog) {
    if given.has("severities"), given.areSound("severities"), severities.isEmpty {
      log.error(at: given.position(of: "severities"), "\"severities\" names none")
    }
    if given.has("repeat_interval"), given.areSound("repeat_interval"),
      repeatInterval > .zero, repeatInterval < Self.leastRepeatInterval
    {
      log.error(
        at: given.position(of: "repeat_interval"),
        "an alert is sent again every minute at most; write \"1m\" or more, or \"0s\" for never")
    }
  }

  private static let leastRepeatInterval = TimeSpan.minutes(1)
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
