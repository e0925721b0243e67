package import TimeSeries

extension Configuration {
  /// `[[exporter]]`: one address that serves metrics for one service.
  package struct Exporter: Sendable, Equatable {
    package var service: ServiceName
    package var url: WebURL
    package var interval = TimeSpan.seconds(15)
    /// Never longer than the interval.
    package var timeout = TimeSpan.seconds(10)
    /// The service's cgroup, a path below the root without its leading slash; joins the kernel's
    /// and the runtime's view of one service. nil: joined by name alone.
    package var cgroup: String?
    package var headers: [HTTPHeader] = []
    package var bearerTokenFile: String?
    package var basicAuthentication: BasicAuthentication?
    package var tls = TLS()
    package var proxyURL: WebURL?
    /// Of the uncompressed body; over it the scrape fails.
    package var maximumBodyBytes = 16 << 20
    /// Samples that a scrape may keep; over it the scrape fails.
    package var sampleLimit = 50_000
    /// How a body is read whose Content-Type is missing or unknown.
    package var fallbackFormat = FallbackFormat.text
    /// Metrics named by the user, in place of the ones that the recognised runtime would bring.
    package var signals: [Signal: MetricSelector] = [:]

    package var profile = ProfileSource.auto

    package init(service: ServiceName, url: WebURL) {
      self.service = service
      self.url = url
    }
  }

  /// Where heap profiles of a service come from.
  package enum ProfileSource: Sendable, Hashable {
    case auto, off
    case url(WebURL)
    /// Python's, from `leakwatch_heap`.
    case tracemalloc(HostPort)
    /// Node's inspector; the host is a number or "localhost".
    case inspector(HostPort)
  }

  package enum FallbackFormat: String, CaseIterable, Sendable {
    /// Prometheus exposition text 0.0.4.
    case text
    /// OpenMetrics text 1.0.
    case openmetrics
  }
}

extension Configuration.Exporter: HTTPAccess {}

extension Configuration.Exporter: ConfigurationSection {
  static var blank: Self {
    Self(service: ServiceName(""), url: WebURL(scheme: .http, host: ""))
  }

  static var keys: [KeySpecification<Self>] {
    addressKeys + KeySpecification.access(of: "exporter", peer: "target", occasion: "scrape")
      + readingKeys
  }

  private static var addressKeys: [KeySpecification<Self>] {
    [
      .required(
        "service", \.service, .serviceName, "the service that these metrics belong to"),
      .required("url", \.url, .url, "where the metrics are"),
    ] + timingKeys + [
      .optional(
        "cgroup", \.cgroup, .cgroupPath, absent: "joined by name",
        "the service's cgroup, which joins the runtime's and the kernel's view of it"),
      .value(
        "profile", \.profile, .profileSource,
        "where heap profiles are taken; auto: at the address of url, where the runtime is Go"),
    ]
  }

  static var timingKeys: [KeySpecification<Self>] {
    [
      .value("interval", \.interval, .duration(in: Intervals.allowed), "how often it is scraped"),
      .value(
        "timeout", \.timeout, .duration(in: Intervals.timeouts),
        "after this a scrape has failed; not longer than the interval"),
    ]
  }

  static var readingKeys: [KeySpecification<Self>] {
    [
      .value(
        "body_size_limit", \.maximumBodyBytes, .byteSize(in: 1024...(1 << 30)),
        "a larger answer, uncompressed, fails the scrape"),
      .value(
        "sample_limit", \.sampleLimit, .integer(in: 1...10_000_000),
        "a scrape that would keep more samples fails"),
      .value(
        "fallback_format", \.fallbackFormat, .choice("format"),
        "how an answer is read that does not say what it is"),
      .value(
        "signals", \.signals, .signals,
        "metrics to read in place of those that the recognised runtime brings"),
    ]
  }

  mutating func check(_ given: GivenKeys, log: inout DiagnosticLog) {
    settleTimeout(given, log: &log)
    given.refuseBoth("bearer_token_file", "basic_auth", log: &log)
    guard given.areSound("url") else { return }
    if url.pathAndQuery.isEmpty {
      log.warning(
        at: given.position(of: "url"),
        "the URL has no path; most exporters serve their metrics at \"/metrics\"")
    }
    url.warnOfPlainCredentials(given, log: &log)
    tls.warnIfUnused(by: url, given, log: &log)
  }

  mutating func settleTimeout(_ given: GivenKeys, log: inout DiagnosticLog) {
    if !given.has("timeout") { timeout = min(timeout, interval) }
    guard given.areSound("interval", "timeout"), timeout > interval else { return }
    log.error(
      at: given.position(of: "timeout"),
      "the timeout \(DurationGrammar.write(timeout)) is longer than the interval "
        + DurationGrammar.write(interval))
  }
}
