package import Alerting
package import TimeSeries

/// What happens to the Engine.
package enum Event: Sendable {
  case scraped(ScrapeResult)
  /// A service was seen for the first time, or more is known of it.
  case described(ServiceDescription)
  case oomKilled(ServiceName, OOMKill)
  /// The service is gone: its cgroup vanished or its target was taken out.
  case ended(ServiceName)
  /// A reload took the service out of what is watched: nothing will be known of it any more, so that
  /// its alerts end at once.
  case excluded(ServiceName)
  /// One source of a service is no longer asked; others may be.
  case sourceEnded(ServiceName, ScrapeSource)
  /// How LeakWatch itself stands: its rules about itself are applied at once.
  case looked(OwnConditions)
  /// The clock was set, or stood still with the machine, by so much: forward where that is positive.
  case clockMoved(by: TimeSpan)
  /// Time to look at every service.
  case evaluate
  /// What heap profiles say of a service, or why there are none.
  case evidence(ServiceName, EvidenceNews)
  /// Somebody says that the leak of a service, or of the replicas of that name, is fixed.
  case fixClaimed(ServiceName, FixClaim)
  /// New settings; windows of another shape begin anew.
  case reconfigured(EngineSettings)
}

/// News of the profiles of one service.
package enum EvidenceNews: Hashable, Sendable {
  case found(HeapEvidence)
  /// Why there are none, or none yet; nil where nothing is to be said.
  case none(reason: String?)
}

/// The kernel killed processes of a service for want of memory.
package struct OOMKill: Hashable, Sendable {
  package var count: Int
  /// How it is known, in words: "memory.events", "parent's memory.events, the group is gone".
  package var evidence: String

  package init(count: Int, evidence: String) {
    self.count = count
    self.evidence = evidence
  }
}

/// What the Engine wants done.
package enum Effect: Sendable {
  /// An alert changed state. Every change, also those nobody is told of.
  case transition(AlertTransition)
  /// Tell people: to the sinks and the journal.
  case notify(Alert)
  /// What fires and was told, in the words of this moment, as was wished for.
  case reworded(Alert)
  /// A new life of a service was seen.
  case restarted(ServiceName, IncarnationChange)
  /// Whether the newest life is a new build is known from now on.
  case buildJudged(ServiceName, IncarnationChange)
  /// Something happened to the fix of a leak.
  case fixStep(ServiceName, FixStep)
  case targetDown(ServiceName, ScrapeSource, reason: String)
  case targetUp(ServiceName, ScrapeSource)
  /// The bound on memory is reached: so many series of so many services are not kept.
  case leftOut(LeftOut)
}

package struct LeftOut: Hashable, Sendable {
  package var services: Int
  package var series: Int
  package var example: ServiceName
}

/// A change of state of one alert, with what was known at that moment.
package struct AlertTransition: Sendable {
  package var key: AlertKey
  package var from: AlertState
  package var to: AlertState
  package var at: Timestamp
  /// Since when the condition held of an alert that fires now; nil for other transitions.
  package var heldSince: Timestamp?
  package var severity: Severity
  package var verdict: String?
  package var flavour: String?
  package var growth: GrowthFigures
  package var reasons: [String]
}
