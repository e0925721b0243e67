internal import Alerting
internal import TimeSeries

/// The profiles of one suspicion: one from before, a second that shows what grew, a third that
/// shows whether it goes on.
struct ProfileInquiry: Sendable {
  /// All of one life, in order.
  private(set) var chain: [ProfileCapture]
  /// How many of them were compared already.
  private(set) var comparedCount = 0
  private(set) var isDone = false
  /// Why it began anew; nil unless it did.
  private(set) var note: String?

  /// - Parameter before: the newest profile of this life, if there is one.
  init(before: ProfileCapture?) {
    chain = before.map { [$0] } ?? []
  }

  /// Another life began: profiles of two processes have no difference. What was found out stays.
  mutating func noteLife(_ began: Timestamp) {
    guard let first = chain.first, !first.isOfLife(began), !isDone else { return }
    if comparedCount >= 2 {
      isDone = true
    } else {
      chain = []
      note = "the service was restarted between two profiles, which then cannot be compared"
    }
  }

  /// Takes a profile that is known to be of the life at hand. One of another kind begins anew: the
  /// configuration names another source now, and the two have no difference.
  mutating func take(_ capture: ProfileCapture) {
    if let last = chain.last, last.kind != capture.kind, capture.takenAt > last.takenAt {
      chain = []
      comparedCount = 0
      isDone = false
    }
    guard !isDone, chain.count < 3,
      capture.takenAt > chain.last?.takenAt ?? Timestamp(milliseconds: 0)
    else { return }
    chain.append(capture)
  }

  /// What can be compared now and was not yet.
  mutating func comparison() -> [ProfileCapture]? {
    guard !isDone, chain.count >= 2, chain.count > comparedCount else { return nil }
    comparedCount = chain.count
    isDone = chain.count == 3
    return chain
  }

  /// When the next profile is wanted; nil where none is.
  func due(_ gap: TimeSpan, at now: Timestamp) -> Timestamp? {
    guard !isDone, chain.count < 3 else { return nil }
    return chain.last.map { $0.takenAt + gap } ?? now
  }
}
