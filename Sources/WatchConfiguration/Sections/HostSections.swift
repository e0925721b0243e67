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
}
