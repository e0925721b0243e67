package import Alerting
package import TimeSeries

/// One service in one line: what status sentences and tables are made of.
package struct ServiceOverview: Sendable {
  package var name: ServiceName
  /// Kinds that fire, with the moment each began.
  package var firing: [AlertKind: Timestamp]
  package var isUp: Bool
  package var memoryBytes: Double?
  package var limitBytes: Double?

  init(_ state: ServiceState) {
    name = state.description.name
    firing = state.alerts.compactMapValues(\.firingSince)
    isUp = state.sources.values.allSatisfy(\.isUp)
    memoryBytes =
      SeriesPlan.growthRulePreference.lazy
      .compactMap { state.windows[$0]?.lastSample?.value }.first
    limitBytes = state.limitBytes
  }
}
