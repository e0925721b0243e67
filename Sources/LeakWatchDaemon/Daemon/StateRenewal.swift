internal import LinuxSystem
internal import Storage
internal import TimeSeries

/// When a state file that is not to be trusted any more is written anew.
///
/// The disk that failed may work again at once or in days (`RetryPace`). One that takes a new file and
/// fails again is asked no more often than once a minute at first and once an hour later: each time may
/// leave a damaged copy.
final class StateRenewal {
  private let database: StateDatabase
  private var pace = RetryPace()
  /// The first and the last of the renewals of this day.
  private var renewed: (first: Timestamp, last: Timestamp)?
  /// Why it fails, and since when; nil while nothing is to be renewed.
  private(set) var trouble: Outage?

  init(_ database: StateDatabase) { self.database = database }

  func clockMoved(by span: TimeSpan) {
    trouble?.move(by: span)
    pace.move(by: span)
    renewed = renewed.map { ($0.first + span, $0.last + span) }
  }

  /// What became of a try.
  enum Outcome: Equatable {
    /// There was nothing to do, or it is too early.
    case none
    case failed
    /// - Parameters:
    ///   - keptAs: where the old file is, if it was damaged or not all of it was read.
    ///   - isWhole: whether all that it held is in the new one.
    case renewed(keptAs: String?, isWhole: Bool)
  }

  /// Writes the file anew if that is to be done.
  ///
  /// - Parameters:
  ///   - isLast: no other try will come.
  ///   - prepare: reads what only the old file knows.
  ///   - write: brings all that must be there, through the stores.
  func advance(
    at now: Timestamp, isLast: Bool = false, prepare: () throws -> Void, write: () throws -> Void
  ) -> Outcome {
    guard let suspicion = database.suspicion, isLast || isDue(at: now) else { return .none }
    do {
      trouble = trouble ?? Outage(since: now, reason: "\(suspicion)")
      try prepare()
      let isWhole = !database.hasFailedToRead
      let keptAs = try database.renew(at: now, write)
      trouble = nil
      pace.reset()
      renewed = (isNewDay(at: now) ? now : renewed?.first ?? now, now)
      return .renewed(keptAs: keptAs, isWhole: isWhole)
    } catch {
      trouble = Outage(since: trouble?.since ?? now, reason: "\(error)")
      pace.noteFailed(at: now)
      return .failed
    }
  }

  private func isDue(at now: Timestamp) -> Bool {
    if trouble != nil { return pace.isDue(at: now) }
    guard let renewed, now >= renewed.last, !isNewDay(at: now) else { return true }
    return now - renewed.last >= min(.hours(1), max(.minutes(1), renewed.last - renewed.first))
  }

  private func isNewDay(at now: Timestamp) -> Bool {
    renewed.map { now - $0.last >= .hours(24) } ?? true
  }
}
