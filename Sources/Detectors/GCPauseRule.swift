package import TimeSeries

/// Time spent in garbage-collection pauses, `sum(rate(pause_seconds_sum[window])) > threshold`.
///
/// The sum goes over the labels: collectors split their pauses by action and cause, and a rule
/// on each alone misses 3 % + 3 %.
package struct GCPauseRule: Hashable, Sendable {
  package var window: TimeSpan
  /// Seconds of pause a second; the rule is met above it.
  package var threshold: Double
  package var dialect: PromQLDialect

  package init(window: TimeSpan, threshold: Double, dialect: PromQLDialect) {
    self.window = window
    self.threshold = threshold
    self.dialect = dialect
  }

  /// - Parameter logs: one counter a label set, trimmed to the range that ends at `moment`.
  /// - Returns: value in seconds of pause a second.
  package func evaluate(_ logs: some Sequence<SampleLog>, at moment: Timestamp) -> Finding {
    let rates = logs.compactMap { log in
      CounterRate.perSecond(log, end: moment, range: window, dialect: dialect)
    }
    guard !rates.isEmpty else {
      return .insufficientData("fewer than two samples of GC pause time in the last \(window)")
    }
    let total = rates.reduce(0, +)
    return Finding(
      condition: total > threshold ? .met : .notMet, value: total,
      reasons: [
        "GC pauses take \(percent(total)) of the time over \(window), limit \(percent(threshold))"
      ])
  }

  private func percent(_ share: Double) -> String {
    let tenths = Int((min(share, 1e6) * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
