package import TimeSeries

/// The limit is reached within the horizon at the present rate.
///
/// The present rate is the line through the newest buckets. It counts only while it goes on: a
/// start that takes its memory at once and then rests has a steep line too, so the newest part
/// must rise at least half as fast as the whole, and half of the limit must be in use.
package struct OOMImminentRule: Hashable, Sendable {
  package var horizon: TimeSpan

  package init(horizon: TimeSpan) {
    self.horizon = horizon
  }

  /// Fewer samples than this are no trend.
  private static let leastSamples = 5.0
  /// Share of the variance that a line must explain to be called the present rate.
  private static let leastDetermination = 0.6
  private static let leastUse = 0.5
  private static let bucketsLookedAt: Int64 = 4

  /// - Parameters:
  ///   - used: memory that counts towards the limit and cannot be reclaimed, bytes.
  ///   - limitBytes: the effective limit.
  /// - Returns: value in seconds to the limit.
  package func evaluate(
    _ used: Window, limitBytes: Double, at moment: Timestamp
  ) -> Finding {
    guard let last = used.lastSample else { return .insufficientData("no sample of memory in use") }
    let origin = last.timestamp
    let bucketWidth = used.shape.bucketWidth
    let start = TimeSpan(milliseconds: bucketWidth.milliseconds * Self.bucketsLookedAt)
    let whole = used.moments(since: origin - start, origin: origin)
    var newest = used.moments(since: origin - bucketWidth, origin: origin)
    if newest.count < Self.leastSamples { newest = whole }
    guard newest.count >= Self.leastSamples, let rate = newest.slope, let wholeRate = whole.slope
    else {
      return .insufficientData("fewer than \(Int(Self.leastSamples)) samples of memory in use")
    }
    let headroom = max(0, limitBytes - last.value)
    let isRising =
      rate > 0 && wholeRate > 0 && rate >= wholeRate / 2
      && (newest.determination ?? 0) >= Self.leastDetermination
    guard isRising else { return Finding(condition: .notMet, growth: figures(rate, nil)) }
    let seconds = headroom / rate
    let isMet = seconds <= horizon.seconds && last.value >= Self.leastUse * limitBytes
    return Finding(
      condition: isMet ? .met : .notMet, value: seconds, growth: figures(rate, seconds),
      reasons: [
        "\(ByteCount(last.value)) of \(ByteCount(limitBytes)) in use",
        "+\(ByteCount(rate * 60))/min at present: full in \(TimeSpan.seconds(seconds.rounded()))",
      ])
  }

  private func figures(_ rate: Double, _ seconds: Double?) -> GrowthFigures {
    GrowthFigures(slopeBytesPerDay: rate * 86_400, secondsToLimit: seconds)
  }
}
