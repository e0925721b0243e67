internal import LinuxSystem
internal import Storage
internal import TimeSeries

/// When a state file that is not to be trusted any more is written anew.
///
/// The disk that failed may work again at once or in days: the tries come as far apart as the failure has
/// lasted, from a second to a minute.
final class StateRenewal {
  private let database: StateDatabase
  private var triedAt: Timestamp?
  /// Why it fails, and since when; nil while nothing is to be renewed.
  private(set) var trouble: Outage?

  init(_ database: StateDatabase) { self.database = database }

  func clockMoved(by span: TimeSpan) {
    trouble?.move(by: span)
    triedAt = triedAt.map { $0 + span }
  }

  /// What became of a try.
  enum Outcome: Equatable {
    /// There was nothing to do, or it is too early.
    case none
    case failed
    /// - Parameter keptAs: where the old file is, if it was damaged.
    case renewed(keptAs: String?)
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
    guard database.suspicion != nil, isLast || isDue(at: now) else { return .none }
    triedAt = now
    do {
      try prepare()
      let keptAs = try database.renew(at: now, write)
      (trouble, triedAt) = (nil, nil)
      return .renewed(keptAs: keptAs)
    } catch {
      trouble = Outage(since: trouble?.since ?? now, reason: "\(error)")
      return .failed
    }
  }

  private func isDue(at now: Timestamp) -> Bool {
    guard let triedAt, let trouble, now >= triedAt else { return true }
    return now - triedAt >= min(.minutes(1), max(.seconds(1), triedAt - trouble.since))
  }
}
