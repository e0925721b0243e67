package import TimeSeries

extension Configuration {
  /// `[[exporter_discovery]]`: targets that a list names, which changes while LeakWatch runs.
  package struct ExporterDiscovery: Sendable, Equatable {
    /// Absolute paths; the last part may have "*" and "?". Empty where `url` is given.
    package var files: [String] = []
    package var url: WebURL?
    /// How often the server is asked, and files are read though no change was told.
    package var refreshInterval = TimeSpan.seconds(60)
    /// How the server of `url` is reached.
    package var server = DiscoveryServer()
    package var serviceLabel = "service"
    /// "api/10.0.0.7:8080" in place of "api".
    package var appendsAddress = true
    /// All must hold of a target that is watched.
    package var keep: [String: LabelPattern] = [:]
    /// None may hold.
    package var drop: [String: LabelPattern] = [:]
    /// How every target is scraped; its service and address are the list's.
    package var template = Exporter.blank
    /// Of targets whose list does not say it; "off" counts whatever the list says.
    package var profile = ListedProfile.auto

    package init() {}
  }

  /// `[exporter_discovery.server]`: how a server of target lists is reached.
  package struct DiscoveryServer: Sendable, Equatable, HTTPAccess {
    package var headers: [HTTPHeader] = []
    package var bearerTokenFile: String?
    package var basicAuthentication: BasicAuthentication?
    package var tls = TLS()
    package var proxyURL: WebURL?

    package init() {}
  }
}

extension Configuration.DiscoveryServer: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    KeySpecification.access(
      of: "exporter_discovery.server", peer: "server", occasion: "request")
  }

  func check(_ given: GivenKeys, log: inout DiagnosticLog) {
    given.refuseBoth("bearer_token_file", "basic_auth", log: &log)
  }
}

extension Configuration.ExporterDiscovery: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] { listKeys + selectionKeys + targetKeys }

  private static var listKeys: [KeySpecification<Self>] {
    [
      .value(
        "files", \.files, ValueGrammar<String>.targetFile.list(atMost: 100),
        "files with targets as Prometheus' file_sd lists them, in JSON"),
      .optional(
        "url", \.url, .url, absent: "files is needed",
        "a server of such a list, as Prometheus' http_sd"),
      .value(
        "refresh_interval", \.refreshInterval, .duration(in: .seconds(1)...(.hours(24))),
        "how often the server is asked; files are read when they change, and this often"),
      .table(
        "server", \.server, header: "[exporter_discovery.server]",
        "how the server of url is reached"),
    ]
  }

  private static var selectionKeys: [KeySpecification<Self>] {
    [
      .value(
        "service_label", \.serviceLabel, .labelName,
        "the label that names the service; where it is missing, job does"),
      .value(
        "append_address", \.appendsAddress, .boolean,
        "whether a target's address follows the service's name, as in api/10.0.0.7:8080"),
      .value(
        "keep", \.keep, .labelPatterns, "labels that a target must have; all must match"),
      .value(
        "drop", \.drop, .labelPatterns, "labels that a target must not have; any match drops it"),
    ]
  }

  private static var targetKeys: [KeySpecification<Self>] {
    let access = KeySpecification<Configuration.Exporter>.access(
      of: "exporter_discovery", peer: "target", occasion: "scrape")
    let lifted: [KeySpecification<Self>] =
      (Configuration.Exporter.timingKeys + access + Configuration.Exporter.readingKeys)
      .map { $0.lifted(\.template) }
    return lifted + [
      .value(
        "profile", \.profile, .listedProfile,
        "where heap profiles are taken; auto: at a target's own address, where the runtime is Go")
    ]
  }

  mutating func check(_ given: GivenKeys, log: inout DiagnosticLog) {
    template.settleTimeout(given, log: &log)
    given.refuseBoth("files", "url", log: &log)
    given.refuseBoth("bearer_token_file", "basic_auth", log: &log)
    if !given.has("files"), !given.has("url") {
      log.error(at: given.position, "[[exporter_discovery]] lacks a list: \"files\" or \"url\"")
    }
    if given.has("files"), given.areSound("files"), files.isEmpty {
      log.error(at: given.position(of: "files"), "\"files\" names no file")
    }
    if given.has("server"), !given.has("url") {
      log.error(at: given.keyPosition(of: "server"), "\"server\" needs \"url\" beside it")
    }
    guard given.areSound("url", "server"), let url, let table = given.table("server") else {
      return
    }
    url.warnOfPlainCredentials(table, log: &log)
    server.tls.warnIfUnused(by: url, table, log: &log)
  }
}
