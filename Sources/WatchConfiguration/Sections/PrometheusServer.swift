package import TimeSeries

extension Configuration {
  /// `[[prometheus]]`: a server whose history holds the memory of many services.
  package struct PrometheusServer: Sendable, Equatable {
    package var url: WebURL
    /// The label that carries the service's name.
    package var serviceLabel = "service"
    /// PromQL that gives the memory of each service, in bytes.
    package var memory: String?
    /// PromQL by signal, in place of what the sets bring.
    package var signals: [Signal: String] = [:]
    package var signalSets: [SignalSetName] = []
    /// Label matchers for the queries of the sets.
    package var matchers: String?
    package var interval = TimeSpan.seconds(60)
    /// How far behind the present it is asked: its own scrapes must have come in.
    package var lag = TimeSpan.seconds(60)
    /// For one request.
    package var timeout = TimeSpan.seconds(30)
    /// How much of its history is read when LeakWatch starts, and at most after an outage.
    package var backfill = TimeSpan.days(7)
    /// Requests under way at once.
    package var concurrency = 2
    package var headers: [HTTPHeader] = []
    package var bearerTokenFile: String?
    package var basicAuthentication: BasicAuthentication?
    package var tls = TLS()
    package var proxyURL: WebURL?
    /// Of one answer, uncompressed.
    package var maximumBodyBytes = 64 << 20
    /// By service, its cgroup below the root, without the leading slash: joins both views of it.
    package var cgroups: [ServiceName: String] = [:]

    package init(url: WebURL) {
      self.url = url
    }
  }

  /// Ready-made queries for what one kind of exporter tells.
  package enum SignalSetName: String, CaseIterable, Hashable, Sendable {
    case kubernetes, cadvisor, systemd
    case processExporter = "process_exporter"
    case micrometer
    case clientJava = "client_java"
    case jvmOpenTelemetry = "jvm_opentelemetry"
    case go, node, python, dotnet
  }
}

extension Configuration.PrometheusServer: HTTPAccess {}

extension Configuration.PrometheusServer: ConfigurationSection {
  static var blank: Self { Self(url: WebURL(scheme: .http, host: "")) }

  static var keys: [KeySpecification<Self>] {
    whatKeys + whenKeys
      + KeySpecification.access(of: "prometheus", peer: "server", occasion: "request") + limitKeys
  }

  private static var whatKeys: [KeySpecification<Self>] {
    [
      .required(
        "url", \.url, .url, "where the server is; the API's path, /api/v1, is added to it"),
      .value(
        "service_label", \.serviceLabel, .labelName, "the label that carries the service's name"),
      .optional(
        "memory", \.memory, .promQL, absent: "what the signal sets bring",
        "PromQL that gives the memory of each service, in bytes"),
      .value(
        "signals", \.signals, .signalQueries,
        "PromQL for other signals, in place of what the signal sets bring"),
      .value(
        "signal_sets", \.signalSets, ValueGrammar.choice("signal set").list(atMost: 20),
        "exporters whose metrics the server has: ready-made queries"),
      .optional(
        "matchers", \.matchers, .name("label matchers such as 'cluster=\"eu\"'", atMost: 1024),
        absent: "every series", "label matchers that are added to the queries of the signal sets"),
      .value(
        "cgroups", \.cgroups, .serviceCgroups,
        "cgroups of this host by service, which join both views of it"),
    ]
  }

  private static var whenKeys: [KeySpecification<Self>] {
    [
      .value(
        "interval", \.interval, .duration(in: TimeSpan.seconds(1)...TimeSpan.hours(1)),
        "how often it is asked, and the step of its history"),
      .value(
        "lag", \.lag, .duration(in: TimeSpan.zero...TimeSpan.hours(1)),
        "how far behind the present it is asked, so that its own scrapes have come in"),
      .value(
        "timeout", \.timeout, .duration(in: Intervals.timeouts), "after this a request has failed"),
      .value(
        "backfill", \.backfill, .duration(in: TimeSpan.zero...TimeSpan.days(90)),
        "how much of its history is read at the start, and at most after an outage; 0s: none"),
      .value(
        "concurrency", \.concurrency, .integer(in: 1...32), "requests to it at the same time"),
    ]
  }

  private static var limitKeys: [KeySpecification<Self>] {
    [
      .value(
        "body_size_limit", \.maximumBodyBytes, .byteSize(in: 1024...(1 << 30)),
        "a larger answer, uncompressed, is asked for in parts")
    ]
  }

  func check(_ given: GivenKeys, log: inout DiagnosticLog) {
    given.refuseBoth("bearer_token_file", "basic_auth", log: &log)
    checkMemoryIsTold(given, log: &log)
    if given.has("matchers"), !given.has("signal_sets") {
      log.warning(
        at: given.keyPosition(of: "matchers"), "\"matchers\" has no effect without \"signal_sets\"")
    }
    guard given.areSound("url") else { return }
    url.warnOfPlainCredentials(given, log: &log)
    tls.warnIfUnused(by: url, given, log: &log)
  }

  private func checkMemoryIsTold(_ given: GivenKeys, log: inout DiagnosticLog) {
    guard given.areSound("memory", "signals", "signal_sets"), memory == nil, signalSets.isEmpty,
      !signals.keys.contains(where: \.isMemoryOfAService)
    else { return }
    log.error(
      at: given.position,
      "[[prometheus]] says nothing of memory: give \"memory\" (PromQL), or \"signal_sets\" such as "
        + "[\"kubernetes\"]")
  }
}

extension Signal {
  fileprivate var isMemoryOfAService: Bool {
    switch self {
    case .memoryCurrent, .memoryAnon, .memoryShmem, .memoryKernel, .heapUsed, .heapLive,
      .heapCommitted, .residentMemory:
      true
    default: false
    }
  }
}
