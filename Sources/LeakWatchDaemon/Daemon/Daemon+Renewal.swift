internal import Alerting
internal import Delivery
internal import Engine
internal import LinuxSystem
internal import TimeSeries

extension Daemon {
  /// For how long a file that says it is damaged is asked for what could not be read of it: a block that a
  /// device does not give is told in the same words.
  private static let readingPatience = TimeSpan.minutes(1)

  /// Writes all that must survive a restart into a new file, where the one on disk is not to be trusted
  /// any more. Everything is in memory, too.
  func renewState(isLast: Bool = false) {
    let now = SystemClock.wallTime()
    let outcome = renewal?.advance(
      at: now, isLast: isLast, prepare: { try readLate(at: now, isLast: isLast) },
      write: {
        try courier.writeAnew()
        try past?.writeAnew(engine, at: now)
        try history.writeAnew(at: now)
        try silences.writeAnew()
        try restarts?.writeAnew(at: now)
      })
    switch outcome {
    case .renewed(let keptAs, let isWhole):
      tell(.stateRenewed(keptAs: keptAs, isWhole: isWhole))
      courier.noteWrittenAnew()
      past?.noteWrittenAnew(engine, at: now)
      history.noteWrittenAnew(at: now)
    case .failed:
      if let trouble = renewal?.trouble { courier.distrustDisk(because: trouble.reason) }
    case .some(.none), nil: break
    }
  }

  private func readLate(at now: Timestamp, isLast: Bool) throws {
    do {
      try courier.readLate()
    } catch let error as DatabaseError where error.reason == .damaged {
      // What waits in it stays in the file, which is kept.
      let since = renewal?.trouble?.since ?? now
      if !isLast, now - since < Self.readingPatience { throw error }
    }
  }
}
