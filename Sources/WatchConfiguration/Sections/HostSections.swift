extension Configuration {
  /// `[journal]`: alerts and events as journal records.
  package struct Journal: Sendable, Equatable {
    package var isEnabled = true

    package init() {}
  }

  /// `[status]`: the page of the running daemon, its metrics and its API.
  package struct StatusPage: Sendable, Equatable {
    /// A Unix socket or an address, a loopback one unless `allowsOthers`; nil: no page.
    package var listen: ListenAddress?
    /// Names by which a browser may ask for it, beside those of this host's loopback.
    package var hosts: [String] = []
    /// Other machines may reach it.
    package var allowsOthers = false
    /// Under which people open the page, as a proxy serves it; a path may follow the host.
    package var externalURL: WebURL?
    /// Where what to do about each alert is written.
    package var runbookURL: WebURL?

    package init() {}
  }

  /// `[host]`: who is speaking.
  package struct HostIdentity: Sendable, Equatable {
    /// nil: the system's host name.
    package var name: String?

    package init() {}
  }

  /// `[state]`: what must survive a restart.
  package struct StateDirectory: Sendable, Equatable {
    /// nil: `$STATE_DIRECTORY`, else /var/lib/leakwatch.
    package var directory: String?

    package init() {}
  }

  /// `[outbox]`: how much may wait for receivers that are down.
  package struct OutboxBounds: Sendable, Equatable {
    /// Messages of all sinks together, in memory and on disk; about 4 KiB each.
    package var maximumAlerts = 10_000

    package init() {}
  }
}

extension Configuration.OutboxBounds: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .value(
        "max_alerts", \.maximumAlerts, .integer(in: 100...1_000_000),
        "messages that may wait, all sinks together; beyond it the least severe are given up")
    ]
  }
}

extension Configuration.Journal: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .value(
        "enabled", \.isEnabled, .boolean,
        "whether records go to the journal; false: to standard error")
    ]
  }
}

extension Configuration.StatusPage: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .optional(
        "listen", \.listen, .listenAddress, absent: "no page",
        "address and port, or a Unix socket as \"unix:/run/leakwatch/status.sock\""),
      .value(
        "hosts", \.hosts, ValueGrammar<String>.hostName.list(atMost: 32),
        "names by which a browser may ask, beside localhost; for a proxy before the page"),
      .value(
        "allow_remote", \.allowsOthers, .boolean,
        "true lets it listen where other machines reach it; it asks nobody for a password"),
      .optional(
        "external_url", \.externalURL, .url, absent: "no link",
        "address under which people open the page; alerts then link to their service's page"),
      .optional(
        "runbook_url", \.runbookURL, .url, absent: "no link",
        "address of your runbook; alerts then link to it, with the alert's name behind a \"#\""),
    ]
  }

  func check(_ given: GivenKeys, log: inout DiagnosticLog) {
    checkExternal(given, log: &log)
    guard given.areSound("listen", "allow_remote"), !allowsOthers,
      case .tcp(let host, let port) = listen, !HostPort.isLoopback(host)
    else { return }
    let address = ListenGrammar.write(.tcp(host: host, port: port))
    log.error(
      at: given.position(of: "listen"),
      "\"\(address)\" could be reached from other machines; listen on \"127.0.0.1:\(port)\" or a Unix "
        + "socket, or set allow_remote = true, which shows it to whoever reaches it")
  }

  private func checkExternal(_ given: GivenKeys, log: inout DiagnosticLog) {
    guard given.areSound("external_url"), let externalURL else { return }
    if externalURL.pathAndQuery.contains("?") {
      log.error(
        at: given.position(of: "external_url"),
        "paths such as /services/api are put behind this address; remove the \"?\" and what follows"
      )
    }
    if given.areSound("listen"), listen == nil {
      log.warning(
        at: given.position(of: "external_url"),
        "alerts would link to a page that nothing serves; set listen, or remove external_url")
    }
  }
}

extension Configuration.HostIdentity: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .optional(
        "name", \.name, .name("a host's name"), absent: "the system's host name",
        "the name of this host in alerts")
    ]
  }
}

extension Configuration.StateDirectory: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .optional(
        "directory", \.directory, .path, absent: "$STATE_DIRECTORY, else /var/lib/leakwatch",
        "where undelivered alerts are kept")
    ]
  }
}
