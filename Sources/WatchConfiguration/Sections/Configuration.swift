package import TimeSeries

/// Everything that the configuration file decides, checked. `Configuration()` is what runs
/// without a file: every service and container of this host, alerts to the journal.
package struct Configuration: Sendable, Equatable {
  package var cgroups = Cgroups()
  /// Container id, or the first digits of one, to the name that people know it by.
  package var names: [String: String] = [:]
  package var exporters: [Exporter] = []
  package var exporterDiscoveries: [ExporterDiscovery] = []
  package var prometheusServers: [PrometheusServer] = []
  package var windows = Windows()
  package var rules = Rules()
  package var profiles = Profiles()
  package var restartPolicies: [RestartPolicy] = []
  package var sinks: [Sink] = []
  package var journal = Journal()
  package var status = StatusPage()
  package var host = HostIdentity()
  package var state = StateDirectory()
  package var outbox = OutboxBounds()
  package var heartbeat = Heartbeat()
  /// Which share of the services that are watched over the network is this instance's; nil: all.
  package var shard: Shard?

  package init() {}
}

extension Configuration: ConfigurationSection {
  static var blank: Configuration { Configuration() }

  static var keys: [KeySpecification<Configuration>] {
    [
      .table(
        "cgroups", \.cgroups, header: "[cgroups]",
        "the services and containers of this host, as the kernel accounts for them"),
      .value(
        "names", \.names, .containerNames,
        "names for Docker and Podman containers, by id or the first digits of it"),
      .tables(
        "exporter", \.exporters, absent: "none",
        "an address that serves metrics for one service"),
      .tables(
        "exporter_discovery", \.exporterDiscoveries, absent: "none",
        "addresses that a list names, which may change at any time"),
      .tables(
        "prometheus", \.prometheusServers, absent: "none",
        "a Prometheus server that knows the memory of many services"),
      .table(
        "windows", \.windows, header: "[windows]",
        "how much of the past is kept, and in how much memory"),
      .table("rules", \.rules, header: "[rules]", "what raises an alert"),
      .table(
        "profiles", \.profiles, header: "[profiles]",
        "heap profiles that are taken by themselves, to say what grew"),
      .tables(
        "restart_policy", \.restartPolicies, absent: "none: nothing is ever restarted",
        "services that are restarted by policy"),
      .tables(
        "sink", \.sinks, absent: "none: alerts go to the journal", "where alerts are sent"),
      .table("journal", \.journal, header: "[journal]", "alerts and events as journal records"),
      .table(
        "status", \.status, header: "[status]",
        "the page of the running daemon, its metrics and its API; off unless `listen` is set"),
      .table("host", \.host, header: "[host]", "who is speaking"),
      .table("state", \.state, header: "[state]", "what must survive a restart"),
      .table(
        "outbox", \.outbox, header: "[outbox]", "how much may wait for receivers that are down"),
      .table(
        "heartbeat", \.heartbeat, header: "[heartbeat]",
        "a sign of life for a service that raises the alarm when it stays away"),
      .optional(
        "shard", \.shard, .shard, absent: "all services",
        "the share of this instance of several, in services that are watched over the network"),
    ]
  }

  func check(_ given: GivenKeys, log: inout DiagnosticLog) {
    checkNamesAreUnique(given, log: &log)
    checkIntervalsFitWindows(given, log: &log)
    checkPageIsServed(given, log: &log)
    warnOfPagesThatGoNowhere(given, log: &log)
    checkRestartPolicies(given, log: &log)
  }
}

extension Configuration {
  /// Whether this instance, and not another one, watches the exporter. One that is joined to a cgroup
  /// belongs to this host, where no other instance can.
  package func watches(_ exporter: Exporter) -> Bool {
    exporter.cgroup != nil || watches(network: exporter.service.text)
  }

  /// The same for a service that any instance could watch; replicas by the name they have in common.
  package func watches(network service: String) -> Bool { shard?.contains(service) ?? true }
}
