package import TimeSeries

/// PromQL's `rate`: the increase of a counter over a range, resets added back, extrapolated
/// towards the range's edges, per second.
package enum CounterRate {
  /// - Parameters:
  ///   - samples: the counter inside the range, oldest first.
  ///   - end: the range's newer edge.
  ///   - range: the range's length.
  /// - Returns: increase a second; nil below two samples.
  package static func perSecond(
    _ samples: some Sequence<Sample>, end: Timestamp, range: TimeSpan, dialect: PromQLDialect
  ) -> Double? {
    guard let increase = CounterIncrease(samples) else { return nil }
    let interval = (increase.last.timestamp - increase.first.timestamp).seconds
    let spacing = interval / Double(increase.count - 1)
    let toStart = reachToStart(
      increase, interval: interval, spacing: spacing, start: end - range, dialect: dialect)
    let toEnd = (end - increase.last.timestamp).seconds
    let reach = interval + toStart + (toEnd < spacing * 1.1 ? toEnd : spacing / 2)
    return increase.value * (reach / interval / range.seconds)
  }

  /// How far before the first sample the increase is taken to go on. Never beyond the moment at
  /// which the counter would have been zero.
  private static func reachToStart(
    _ increase: CounterIncrease, interval: Double, spacing: Double, start: Timestamp,
    dialect: PromQLDialect
  ) -> Double {
    let threshold = spacing * 1.1
    var reach = (increase.first.timestamp - start).seconds
    var toZero = Double.infinity
    if increase.value > 0, increase.first.value >= 0 {
      toZero = interval * (increase.first.value / increase.value)
    }
    switch dialect {
    case .prometheus2:
      reach = min(reach, toZero)
      return reach < threshold ? reach : spacing / 2
    case .prometheus3:
      if reach >= threshold { reach = spacing / 2 }
      return min(reach, toZero)
    }
  }
}

/// The rise of a counter over its samples; a fall is a reset, after which it counted from zero.
private struct CounterIncrease {
  var first: Sample
  var last: Sample
  var count: Int
  var value: Double

  /// nil below two samples.
  init?(_ samples: some Sequence<Sample>) {
    var iterator = samples.makeIterator()
    guard let first = iterator.next() else { return nil }
    var last = first
    var count = 1
    var lostToResets = 0.0
    while let sample = iterator.next() {
      if sample.value < last.value { lostToResets += last.value }
      last = sample
      count += 1
    }
    guard count >= 2 else { return nil }
    self.first = first
    self.last = last
    self.count = count
    value = last.value - first.value + lostToResets
  }
}
