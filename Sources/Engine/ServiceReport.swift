package import Alerting
package import Detectors
package import TimeSeries

/// What is known of one service, for a person who asks: more than a status line needs, less than
/// its windows.
package struct ServiceReport: Sendable {
  package var overview: ServiceOverview
  /// nil before the first one, and where the rule is off.
  package var verdict: GrowthVerdict?
  /// The lowest memory of each quarter of an hour over the last day, bytes, oldest first; NaN where
  /// nothing is known.
  package var dayFloors: [Double]
  /// Kinds that wait for their `for`.
  package var pending: [AlertKind]
  /// What heap profiles showed; nil where there are none or nothing is suspected.
  package var evidence: HeapEvidence?
  /// The name under which its replicas, if it has any, share their growth alert.
  package var group: ServiceName?
  /// How the newest fix of its leak stands; nil without any.
  package var fix: FixReport?
}

extension Engine {
  /// - Returns: nil where no such service lives.
  package func report(on name: ServiceName, at now: Timestamp) -> ServiceReport? {
    guard let state = service(name), state.endedAt == nil else { return nil }
    let window = SeriesPlan.growthRulePreference.lazy.compactMap { state.windows[$0] }.first
    let floors = window.map { window in
      window.bucketValues(
        endingAt: now.aligned(to: window.shape.bucketWidth), count: window.shape.bucketCount)
    }
    return ServiceReport(
      overview: ServiceOverview(state), verdict: state.verdict?.stored.value,
      dayFloors: floors ?? [],
      pending: AlertKind.allCases.filter { state.alerts[$0]?.state == .pending },
      evidence: state.evidence, group: state.replicaStem,
      fix: state.fix(ofEpisode: state.leakFiringSince)?.report)
  }
}
