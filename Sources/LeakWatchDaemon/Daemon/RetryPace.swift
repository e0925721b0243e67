internal import TimeSeries

/// When something that fails is tried again: as long after a try as the failure had lasted by then, a
/// second at least and a minute at most. What fails for a moment is mended in moments, and what fails for
/// days costs little.
struct RetryPace: Hashable, Sendable {
  private struct Failure: Hashable {
    var since: Timestamp
    var triedAt: Timestamp
  }

  private static let shortest = TimeSpan.seconds(1)
  private static let longest = TimeSpan.minutes(1)

  /// nil while it works.
  private var failure: Failure?

  /// Whether the next try may be made; a clock that was put back does not put it off.
  func isDue(at now: Timestamp) -> Bool {
    guard let failure, now >= failure.triedAt else { return true }
    let pause = max(Self.shortest, failure.triedAt - failure.since)
    return now - failure.triedAt >= min(Self.longest, pause)
  }

  mutating func noteFailed(at now: Timestamp) {
    failure = Failure(since: failure?.since ?? now, triedAt: now)
  }

  /// It works, or something tells that it may: the next try is due at once.
  mutating func reset() { failure = nil }

  mutating func move(by span: TimeSpan) {
    failure = failure.map { Failure(since: $0.since + span, triedAt: $0.triedAt + span) }
  }
}
