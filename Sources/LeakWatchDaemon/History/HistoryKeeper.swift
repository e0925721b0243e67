internal import Alerting
internal import LinuxSystem
internal import Storage
internal import TimeSeries

/// The history of the running daemon: in memory, with a copy on disk from one start to the next.
final class HistoryKeeper {
  /// What may wait is written so often: as often as the records of the services.
  private static let interval = TimeSpan.minutes(15)

  private let store: HistoryStore?
  private let tell: (JournalRecord) -> Void
  private var writtenAt: Timestamp?
  private var pace = RetryPace()
  var chronicle = Chronicle()
  /// Why writing fails, and since when; nil while it works.
  private(set) var trouble: Outage?

  init(_ store: HistoryStore?, tell: @escaping (JournalRecord) -> Void) {
    self.store = store
    self.tell = tell
  }

  /// What earlier runs have seen.
  func load(at now: Timestamp) {
    guard let store else { return }
    do {
      let contents = try store.read()
      chronicle = Chronicle(episodes: contents.episodes, kills: contents.kills, at: now)
      if !contents.faults.isEmpty { tell(.pastDamaged(contents.faults)) }
    } catch {
      tell(.pastNotRead(reason: "the history of alerts: \(error)"))
    }
  }

  func clockMoved(by span: TimeSpan) {
    trouble?.move(by: span)
    pace.move(by: span)
  }

  /// Somebody else could write to the same disk again: what failed is tried again at the next look.
  func diskWorks() { pace.reset() }

  /// Writes all of it into a file that was begun anew; `noteWrittenAnew` when that is in its place.
  func writeAnew(at now: Timestamp) throws(DatabaseError) {
    try store?.apply(chronicle.everything, dropKillsBefore: now - Chronicle.longest)
  }

  func noteWrittenAnew(at now: Timestamp) {
    chronicle.noteAllWritten()
    writtenAt = now
    pace.reset()
    trouble = nil
  }

  /// Writes what is due.
  ///
  /// - Parameter all: also what may wait, as the daemon ends.
  func keep(at now: Timestamp, all: Bool = false) {
    guard let store else { return }
    if !all, !pace.isDue(at: now) { return }
    let isFull = all || writtenAt.map { now < $0 || now - $0 >= Self.interval } ?? true
    if isFull || chronicle.isOverfull { chronicle.prune(at: now) }
    let change = chronicle.unwritten(all: isFull)
    if isFull { writtenAt = now }
    guard !change.isEmpty else { return }
    do {
      try store.apply(change, dropKillsBefore: now - Chronicle.longest)
      chronicle.noteWritten(change)
      pace.reset()
      trouble = nil
    } catch {
      pace.noteFailed(at: now)
      trouble = Outage(since: trouble?.since ?? now, reason: "\(error)")
    }
  }
}
