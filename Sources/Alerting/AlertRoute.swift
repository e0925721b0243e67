package import TimeSeries

/// Which alerts a sink is told, and how often.
package struct AlertRoute: Hashable, Sendable {
  package var severities: Set<Severity>
  package var kinds: Set<AlertKind>
  /// Empty: every service.
  package var services: [ServicePattern]
  /// Whether the end of an alert is told too.
  package var sendsResolved: Bool
  /// After this an alert that fires still is told again; nil: it is told once.
  package var repeatInterval: TimeSpan?

  package init(
    severities: Set<Severity> = Set(Severity.allCases),
    kinds: Set<AlertKind> = Set(AlertKind.allCases), services: [ServicePattern] = [],
    sendsResolved: Bool = true, repeatInterval: TimeSpan? = nil
  ) {
    self.severities = severities
    self.kinds = kinds
    self.services = services
    self.sendsResolved = sendsResolved
    self.repeatInterval = repeatInterval
  }

  /// Whether the alert is one of those, firing or not.
  package func takes(_ key: AlertKey, _ severity: Severity) -> Bool {
    severities.contains(severity) && kinds.contains(key.kind)
      && (services.isEmpty || services.contains { $0.matches(key.service) })
  }

  /// Whether what `alert` says is told, as far as that depends on it alone.
  package func wants(_ alert: Alert) -> Bool {
    takes(alert.key, alert.severity) && (alert.status == .firing || sendsResolved)
  }
}
