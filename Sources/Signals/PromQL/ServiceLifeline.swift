internal import TimeSeries

/// Tells one life of a service from the next by what queries say of it.
struct ServiceLifeline: Sendable {
  /// Start times that differ by less are the same one: some exporters compute it anew each time
  /// from a clock that is being adjusted.
  private static let tolerance = 2.0

  private var number = 0
  private var instance: String?
  private var startTime: Double?
  private var lastSeen: Timestamp?

  /// - Parameters:
  ///   - instance: which of its instances the service is at present; nil where memory was not told.
  ///   - newStart: seconds since the Unix epoch; nil where nothing tells.
  ///   - isReset: a counter fell.
  mutating func incarnation(
    of instance: String?, startTime newStart: Double?, isReset: Bool, at moment: Timestamp
  ) -> Incarnation {
    if isNewLife(instance, newStart, isReset) {
      number += 1
      startTime = nil
    }
    self.instance = instance ?? self.instance
    startTime = newStart ?? startTime
    lastSeen = moment
    return Incarnation(
      identity: "life \(number)", startedAt: startTime.map { Timestamp(seconds: $0) })
  }

  private func isNewLife(_ instance: String?, _ newStart: Double?, _ isReset: Bool) -> Bool {
    guard let lastSeen else { return false }
    if let instance, let before = self.instance, instance != before { return true }
    // Falling counters are all there is to go by where no start time was ever told.
    guard let newStart else { return isReset && startTime == nil }
    guard let startTime else { return newStart > lastSeen.seconds }
    return abs(newStart - startTime) > Self.tolerance
  }
}
