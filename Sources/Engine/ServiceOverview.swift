package import Alerting
package import TimeSeries

/// One service in one line: what status sentences and tables are made of.
package struct ServiceOverview: Sendable {
  package var name: ServiceName
  /// Kinds that fire, with the moment each began.
  package var firing: [AlertKind: Timestamp]
  /// Figures of the growth alert that fires, the most urgent one; nil where none does.
  package var growth: GrowthFigures?
  /// Whether what is taken for the fix of its leak is watched.
  package var isFixWatched: Bool
  package var isUp: Bool
  package var memoryBytes: Double?
  package var limitBytes: Double?

  package var isGrowing: Bool { growth != nil }

  init(_ state: ServiceState) {
    name = state.description.name
    firing = state.alerts.compactMapValues(\.firingSince)
    if firing[.memoryGrowth] == nil { firing[.memoryGrowth] = state.groupFiringSince }
    growth =
      [.oomImminent, .memoryGrowth, .growthRule].lazy
      .compactMap { [firing] kind in firing[kind] == nil ? nil : state.growth[kind] }.first
    isFixWatched = state.isFixWatched
    isUp = state.sources.values.allSatisfy(\.isUp)
    memoryBytes = state.memoryBytes
    limitBytes = state.limitBytes
  }
}
