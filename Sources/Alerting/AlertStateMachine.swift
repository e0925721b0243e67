package import TimeSeries

/// Where an alert stands. `resolved` is the moment of ending; after it the alert is inactive.
package enum AlertState: String, Hashable, Sendable {
  case inactive, pending, firing, resolved
}

/// How patient an alert is.
package struct AlertTiming: Hashable, Sendable {
  /// How long the condition must hold before the alert fires (`for`).
  package var hold: TimeSpan
  /// How long the condition must be gone before the alert resolves (`keep_firing_for`).
  package var keepFiring: TimeSpan

  package init(hold: TimeSpan, keepFiring: TimeSpan) {
    self.hold = hold
    self.keepFiring = keepFiring
  }
}

/// One alert's life: inactive → pending → firing → resolved. A value: the answer to each
/// observation is the transition it causes, or nil.
///
/// What is not known (a gap) changes nothing: a pending alert neither fires nor falls back, a
/// firing one goes on.
package struct AlertStateMachine: Hashable, Sendable {
  package enum Observation: Hashable, Sendable {
    case met, notMet, unknown
  }

  package struct Transition: Hashable, Sendable {
    package var from: AlertState
    package var to: AlertState
    package var at: Timestamp
    /// When the alert began to fire; nil before it does.
    package var startedAt: Timestamp?
    /// Since when the condition held of an alert that fires now; nil for other transitions.
    package var heldSince: Timestamp?
  }

  private enum Phase: Hashable, Sendable {
    case inactive
    case pending(since: Timestamp)
    case firing(since: Timestamp, lastMet: Timestamp)
  }

  private var phase = Phase.inactive

  package init() {}

  package var state: AlertState {
    switch phase {
    case .inactive: .inactive
    case .pending: .pending
    case .firing: .firing
    }
  }

  /// When the alert began to fire; nil unless it is firing.
  package var firingSince: Timestamp? {
    if case .firing(let since, _) = phase { since } else { nil }
  }

  package mutating func advance(
    _ observation: Observation, timing: AlertTiming, at now: Timestamp
  ) -> Transition? {
    switch (phase, observation) {
    case (_, .unknown), (.inactive, .notMet):
      return nil
    case (.inactive, .met):
      return timing.hold > .zero
        ? becomePending(at: now) : fire(from: .inactive, heldSince: now, at: now)
    case (.pending(let since), .met):
      return now - since >= timing.hold ? fire(from: .pending, heldSince: since, at: now) : nil
    case (.pending, .notMet):
      phase = .inactive
      return Transition(from: .pending, to: .inactive, at: now, startedAt: nil)
    case (.firing(let since, _), .met):
      phase = .firing(since: since, lastMet: now)
      return nil
    case (.firing(let since, let lastMet), .notMet):
      guard now - lastMet >= timing.keepFiring else { return nil }
      phase = .inactive
      return Transition(from: .firing, to: .resolved, at: now, startedAt: since)
    }
  }

  /// What was pending has ended without firing: its condition held for something that is no more.
  package mutating func abandonPending(at now: Timestamp) -> Transition? {
    guard case .pending = phase else { return nil }
    phase = .inactive
    return Transition(from: .pending, to: .inactive, at: now, startedAt: nil)
  }

  /// Time went by unobserved, up to `now`: what fires has not been seen to end in it.
  package mutating func resume(at now: Timestamp) {
    if case .firing(let since, let lastMet) = phase {
      phase = .firing(since: since, lastMet: max(lastMet, now))
    }
  }

  /// The clock was moved by `span` and shows `now`: what counts for how long something holds moves
  /// with it, so that a jump neither shortens nor lengthens it.
  package mutating func clockMoved(by span: TimeSpan, to now: Timestamp) {
    switch phase {
    case .inactive: break
    case .pending(let since): phase = .pending(since: min(since + span, now))
    case .firing(let since, let lastMet):
      phase = .firing(since: since, lastMet: min(lastMet + span, now))
    }
  }

  private mutating func becomePending(at now: Timestamp) -> Transition {
    phase = .pending(since: now)
    return Transition(from: .inactive, to: .pending, at: now, startedAt: nil)
  }

  private mutating func fire(
    from state: AlertState, heldSince: Timestamp, at now: Timestamp
  ) -> Transition {
    phase = .firing(since: now, lastMet: now)
    return Transition(
      from: state, to: .firing, at: now, startedAt: now, heldSince: heldSince)
  }
}

extension AlertStateMachine: StateCodable {
  package func write(to writer: inout StateWriter) {
    switch phase {
    case .inactive: writer.write(UInt8(0))
    case .pending(let since):
      writer.write(UInt8(1))
      writer.write(since)
    case .firing(let since, let lastMet):
      writer.write(UInt8(2))
      writer.write(since)
      writer.write(lastMet)
    }
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    switch try reader.byte() {
    case 0: phase = .inactive
    case 1: phase = .pending(since: try reader.value())
    case 2:
      let since = try reader.value(Timestamp.self)
      phase = .firing(since: since, lastMet: try reader.value())
    default: throw reader.fault("state of an alert")
    }
  }
}
