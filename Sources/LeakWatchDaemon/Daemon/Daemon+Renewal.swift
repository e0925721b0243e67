internal import Alerting
internal import Delivery
internal import Engine
internal import LinuxSystem
internal import TimeSeries

extension Daemon {
  /// Writes all that must survive a restart into a new file, where the one on disk is not to be trusted
  /// any more. Everything is in memory, too.
  func renewState(isLast: Bool = false) {
    let now = SystemClock.wallTime()
    let outcome = renewal?.advance(
      at: now, isLast: isLast,
      prepare: {
        // What waits in a file that is damaged cannot be read any more.
        do { try courier.readLate() } catch let error as DatabaseError
          where error.reason == .damaged
        {}
      },
      write: {
        try courier.writeAnew()
        try past?.writeAnew(engine, at: now)
        try history.writeAnew(at: now)
        try silences.writeAnew()
        try restarts?.writeAnew(at: now)
      })
    guard case .renewed(let keptAs) = outcome else { return }
    tell(.stateRenewed(keptAs: keptAs))
    courier.noteWrittenAnew()
    past?.noteWrittenAnew(engine, at: now)
    history.noteWrittenAnew(at: now)
  }
}
