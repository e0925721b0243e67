package import Alerting
package import Detectors
package import TimeSeries

/// What a picture of a service is drawn from.
package struct ServicePast: Sendable {
  /// The last day by buckets, and the last weeks by the hour; the kernel's account and the runtime's.
  package var day: ServiceHistory
  package var weeks: ServiceHistory
  /// Each life but the first, oldest first.
  package var changes: [IncarnationChange]
  /// What stands for the service's memory in one figure; nil where nothing does.
  package var memory: Signal?
  package var description: ServiceDescription
  /// When the newest verdict was made; nil before the first.
  package var judgedAt: Timestamp?
}

/// An alert that fires, as urgent as people were told.
package struct FiringAlert: Hashable, Sendable {
  package var key: AlertKey
  package var severity: Severity
  package var since: Timestamp
}

extension Engine {
  /// - Returns: nil where no such service lives.
  package func past(of name: ServiceName, at now: Timestamp) -> ServicePast? {
    guard let state = service(name), state.endedAt == nil else { return nil }
    return ServicePast(
      day: state.dayHistory(at: now), weeks: state.longHistory(at: now),
      changes: state.incarnationChanges,
      memory: SeriesPlan.growthRulePreference.first { state.windows[$0] != nil },
      description: state.description, judgedAt: state.verdict?.at)
  }

  /// Everything that fires, in the order of the keys.
  package func firing() -> [FiringAlert] {
    let own = services.flatMap { state in
      state.alerts.compactMap { kind, alert in
        FiringAlert(AlertKey(service: state.description.name, kind: kind), alert)
      }
    }
    let shared = groups.compactMap { name, group in
      FiringAlert(AlertKey(service: name, kind: .memoryGrowth), group.alert)
    }
    let aboutItself = ownAlerts.compactMap { kind, alert in
      FiringAlert(AlertKey(service: Self.ownName, kind: kind), alert)
    }
    return (own + shared + aboutItself).sorted { $0.key < $1.key }
  }
}

extension FiringAlert {
  fileprivate init?(_ key: AlertKey, _ alert: ServiceAlert) {
    guard let since = alert.firingSince, let severity = alert.toldSeverity else { return nil }
    self.init(key: key, severity: severity, since: since)
  }
}
