package import TimeSeries

/// What is kept of the restarts of one instance: on disk before each act, so that whoever comes after
/// a crash knows what may have been done.
package struct RestartRecord: Hashable, Sendable {
  /// What is under way; nil at rest.
  package var task: RestartTask?
  /// Restarts that are over, oldest first.
  package var turns: [RestartTurn] = []
  /// The life of which a dry run has said that it would restart it.
  package var rehearsed: Timestamp?

  private static let mostTurns = 8

  package init() {}

  /// For one that cannot be read: what was under way is not known, so it counts as one that did not
  /// come back.
  package init(damaged service: ServiceName, at now: Timestamp) {
    turns = [
      RestartTurn(
        at: now, endedAt: now, trigger: .maxUptime, policy: "", group: service, outcome: .failed,
        words: "what was kept of its restarts is damaged")
    ]
  }

  mutating func end(_ turn: RestartTurn) {
    turns = (turns + [turn]).suffix(Self.mostTurns)
  }
}

/// Why an instance is restarted, and what was known before.
package struct RestartCause: Hashable, Sendable {
  package var trigger: RestartPolicy.Trigger
  package var policy: String
  /// In words: "up for 7 d 2 h, due after 7 d".
  package var words: String
  /// The life that is to end.
  package var lifeBegan: Timestamp
  package var memoryBytes: Double?
  package var group: ServiceName
  /// nil where systemd is not asked.
  package var unit: String?
}

/// A restart that is under way.
package struct RestartTask: Hashable, Sendable {
  package enum Stage: String, Hashable, Sendable {
    /// Evidence is collected and the unit looked at; nothing was done yet.
    case preparing
    /// systemd was asked, or is about to be.
    case restarting
    /// Somebody else was asked, or is about to be.
    case requesting
    /// It has restarted; it is not known to be well yet.
    case settling
    /// It is well; the next one waits.
    case pausing
  }

  package var stage: Stage
  package var since: Timestamp
  /// When `restarting` or `requesting` began; nil before.
  package var actedAt: Timestamp?
  package var cause: RestartCause
  /// systemd's invocation that is to end; empty where none is known.
  package var invocation = ""
  /// A receiver has taken the request.
  package var isAccepted = false
  /// Whether the daemon has ended since the act: whether it was done must be looked up.
  package var isInDoubt = false
  /// While settling: the memory that later values are compared with, and since when.
  package var level: Double?
  package var levelSince: Timestamp?
}

/// A restart that is over.
package struct RestartTurn: Hashable, Sendable {
  package enum Outcome: String, Hashable, Sendable {
    case helped
    /// It came back, and memory was as before.
    case noHelp = "no_help"
    /// It did not come back.
    case failed
    /// It was not restarted at all.
    case refused
  }

  package var at: Timestamp
  package var endedAt: Timestamp
  package var trigger: RestartPolicy.Trigger
  package var policy: String
  package var group: ServiceName
  package var outcome: Outcome
  package var words: String
  /// Memory before it.
  package var memoryBytes: Double?
}

extension RestartRecord: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(task)
    writer.write(turns)
    writer.write(rehearsed)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    task = try reader.optionalValue()
    turns = try reader.values()
    rehearsed = try reader.optionalValue()
  }
}

extension RestartTask: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(stage.rawValue)
    writer.write(since)
    writer.write(actedAt)
    writer.write(cause)
    writer.write(invocation)
    writer.write(isAccepted)
    writer.write(isInDoubt)
    writer.write(level)
    writer.write(levelSince)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    guard let stage = Stage(rawValue: try reader.text()) else { throw reader.fault("stage") }
    self.stage = stage
    since = try reader.value()
    actedAt = try reader.optionalValue()
    cause = try reader.value()
    invocation = try reader.text()
    isAccepted = try reader.flag()
    isInDoubt = try reader.flag()
    level = try reader.optional { reader throws(StateFault) in try reader.double() }
    levelSince = try reader.optionalValue()
  }
}

extension RestartCause: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(trigger.rawValue)
    writer.write(policy)
    writer.write(words)
    writer.write(lifeBegan)
    writer.write(memoryBytes)
    writer.write(group)
    writer.write(unit)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    trigger = try RestartPolicy.Trigger(from: &reader)
    policy = try reader.text()
    words = try reader.text()
    lifeBegan = try reader.value()
    memoryBytes = try reader.optional { reader throws(StateFault) in try reader.double() }
    group = try reader.value()
    unit = try reader.optional { reader throws(StateFault) in try reader.text() }
  }
}

extension RestartTurn: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(at)
    writer.write(endedAt)
    writer.write(trigger.rawValue)
    writer.write(policy)
    writer.write(group)
    writer.write(outcome.rawValue)
    writer.write(words)
    writer.write(memoryBytes)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    at = try reader.value()
    endedAt = try reader.value()
    trigger = try RestartPolicy.Trigger(from: &reader)
    policy = try reader.text()
    group = try reader.value()
    guard let outcome = Outcome(rawValue: try reader.text()) else { throw reader.fault("outcome") }
    self.outcome = outcome
    words = try reader.text()
    memoryBytes = try reader.optional { reader throws(StateFault) in try reader.double() }
  }
}

extension RestartPolicy.Trigger {
  fileprivate init(from reader: inout StateReader) throws(StateFault) {
    guard let trigger = Self(rawValue: try reader.text()) else { throw reader.fault("trigger") }
    self = trigger
  }
}
