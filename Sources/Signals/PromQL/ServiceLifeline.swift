internal import TimeSeries

/// Tells one life of a service from the next by what queries say of it.
struct ServiceLifeline: Sendable {
  /// Start times that differ by less are the same one: some exporters compute it anew each time
  /// from a clock that is being adjusted.
  private static let tolerance = 2.0

  /// The same after a restart of the daemon, where a start time tells it.
  private var identity = ""
  private var resets = 0
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
    let isNew = isNewLife(instance, newStart, isReset)
    if isNew || lastSeen == nil {
      let isOther = instance != nil && instance != self.instance
      resets = isOther ? 0 : resets + 1
      startTime = nil
      identity =
        newStart.map { "start \(Timestamp(seconds: $0).milliseconds)" }
        ?? "\(instance ?? self.instance ?? "") reset \(resets)"
    }
    self.instance = instance ?? self.instance
    startTime = newStart ?? startTime
    lastSeen = moment
    return Incarnation(identity: identity, startedAt: startTime.map { Timestamp(seconds: $0) })
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
