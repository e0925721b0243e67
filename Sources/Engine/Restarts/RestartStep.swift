package import TimeSeries

/// Something that happened to an instance by its policy, for the journal and its history.
package struct RestartStep: Hashable, Sendable {
  package enum What: String, CaseIterable, Hashable, Sendable {
    /// A dry run: this is what would have been done.
    case rehearsed
    case begun
    /// Somebody else was asked to restart it.
    case requested
    case done
    case failed
    /// It is due and held back.
    case held
  }

  package var at: Timestamp
  package var service: ServiceName
  package var policy: String
  package var what: What
  package var why: String
}

/// What is to be done outside.
package enum RestartAct: Hashable, Sendable {
  /// Collect what a restart destroys, then tell it as `RestartSight.evidence`.
  case collectEvidence(ServiceName)
  /// Ask systemd how the unit stands.
  case look(ServiceName, unit: String)
  case restart(ServiceName, unit: String)
  case probe(ServiceName, url: String)
  /// Post `restart_requested`; the id is the same for each attempt.
  case request(ServiceName, sink: String, id: String, cause: RestartCause)
  /// What was seen of it is of no use any more.
  case forget(ServiceName)
}
