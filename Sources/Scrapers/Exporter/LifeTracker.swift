internal import TimeSeries

/// Tells one life of a process from the next by what its exporter says.
struct LifeTracker: Sendable {
  /// Start times that differ by less are the same one: some exporters compute it anew each time
  /// from a clock that is being adjusted.
  private static let tolerance = 2.0

  private var startTime: Double?
  private var life: Incarnation?
  private var resets = 0

  /// - Parameters:
  ///   - startTime: seconds since the Unix epoch; nil where the scrape does not tell.
  ///   - isReset: a counter fell.
  mutating func incarnation(startTime newStart: Double?, isReset: Bool) -> Incarnation? {
    if let newStart {
      if startTime == nil || abs(newStart - (startTime ?? 0)) > Self.tolerance {
        let start = Timestamp(seconds: newStart)
        life = Incarnation(identity: "start \(start.milliseconds)", startedAt: start)
      }
      startTime = newStart
    } else if startTime == nil {
      // No start time was ever told: falling counters are all there is to go by.
      resets += isReset ? 1 : 0
      life = Incarnation(identity: "reset \(resets)", startedAt: nil)
    }
    return life
  }
}
