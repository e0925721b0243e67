extension Configuration {
  /// `[journal]`: alerts and events as journal records.
  package struct Journal: Sendable, Equatable {
    package var isEnabled = true

    package init() {}
  }

  /// `[status]`: the page of the running daemon. Checked, but not yet served by this version.
  package struct StatusPage: Sendable, Equatable {
    /// A loopback address or a Unix socket; nil: no page.
    package var listen: ListenAddress?

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
        "address and port, or a Unix socket as \"unix:/run/leakwatch/status.sock\"")
    ]
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
