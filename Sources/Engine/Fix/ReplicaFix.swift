internal import Alerting
internal import Detectors
internal import TimeSeries

/// The fixes of all replicas that share one growth alert: what is told of them together.
struct ReplicaFix {
  struct Member {
    var index: Int
    var isLeaking: Bool
    var fix: FixWatch?
    var holdsAlert: Bool
  }

  /// Whose fix is spoken of; nil where there is only a restart that is none.
  let speaker: (index: Int, watch: FixWatch)?
  /// When people were to be told of it last.
  let newsAt: Timestamp?
  /// Why it is over for all of them; nil while it is not.
  let end: String?
  /// Whether nothing ends the alert but a fix.
  let isHeld: Bool

  /// - Parameter members: the replicas that live.
  init(_ members: [Member]) {
    isHeld = members.contains(where: \.holdsAlert)
    let concerned = members.filter { $0.isLeaking || $0.fix != nil }
    let watches = concerned.compactMap { member in member.fix.map { (member.index, $0) } }
    guard let first = watches.min(by: { $0.1.since < $1.1.since }) else {
      (speaker, newsAt, end) = (nil, nil, nil)
      return
    }
    if watches.count == concerned.count, watches.allSatisfy({ $0.1.verdict == .fixed }) {
      // The one that grows most still.
      let worst =
        watches.max { ($0.1.figures?.share ?? 0) < ($1.1.figures?.share ?? 0) } ?? first
      (speaker, newsAt) = (worst, worst.1.madeAt)
      let (count, words) = (watches.count, worst.1.conclusion)
      end = count == 1 ? words : "\(count) of \(count) instances \(words)"
      return
    }
    end = nil
    // A roll over many instances is told once; what is wrong with one of them, each time.
    let telling = watches.filter { $0.1.verdict != nil && $0.1.verdict != .fixed }
    let newest = telling.max { $0.1.madeAt < $1.1.madeAt }
    speaker = newest ?? first
    newsAt = newest?.1.madeAt ?? (first.1.verdict == nil ? first.1.madeAt : nil)
  }
}
