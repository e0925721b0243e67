package import TimeSeries

/// What a restart would give back: what memory did in the life that goes on, hour by hour.
package struct RestartGain: Hashable, Sendable {
  /// Memory when what is known of this life began, bytes: the median of its first hours.
  package let firstBytes: Double
  /// Memory now, bytes: the median of the last hours.
  package let lastBytes: Double
  /// Slope of the hours' floors; nil where a line through them may as well be level.
  package let bytesPerDay: Double?

  /// Fewer hours than this are no trend.
  private static let leastHours = 6
  /// Share of all hours that stand for the beginning, and for the end.
  private static let endShare = 0.1
  /// Growth below this share of memory is not worth a restart.
  private static let leastRise = 0.01

  /// - Parameters:
  ///   - floors: the lowest memory of each hour of this life, bytes, oldest first; NaN where nothing
  ///     is known.
  ///   - hour: what one of them stands for.
  /// - Returns: nil where fewer than six are known.
  package init?(floors: [Double], hour: TimeSpan) {
    let known = floors.indices.filter { floors[$0].isFinite }
    guard known.count >= Self.leastHours else { return nil }
    let values = known.map { floors[$0] }
    let ends = max(1, Int(Double(values.count) * Self.endShare))
    guard let first = Ranks.median(ofSorted: values.prefix(ends).sorted()),
      let last = Ranks.median(ofSorted: values.suffix(ends).sorted())
    else { return nil }
    (firstBytes, lastBytes) = (first, last)
    let days = known.map { Double($0) * hour.seconds / 86_400 }
    let line = TheilSen(x: days, y: values)
    let isRise = last - first > Self.leastRise * last
    bytesPerDay = line.flatMap { line in
      isRise && (line.slopeInterval?.lowerBound ?? 0) > 0 ? line.slope : nil
    }
  }

  /// How long memory would take to be again where it is now; nil where it does not grow.
  package var bought: TimeSpan? {
    bytesPerDay.map { .seconds(((lastBytes - firstBytes) / $0 * 86_400).rounded()) }
  }
}
