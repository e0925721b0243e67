package import TimeSeries

/// The plain growth rule, `deriv(x[window]) > threshold`, with PromQL's value: the slope of the
/// least-squares line through every sample of the range.
///
/// It fires on most healthy days, because nearly every series rises a little; it is kept for
/// those who know it, and is off unless configured.
package struct DerivativeRule: Hashable, Sendable {
  package var window: TimeSpan
  /// Bytes a day; the rule is met above it.
  package var thresholdBytesPerDay: Double
  package var dialect: PromQLDialect

  package init(window: TimeSpan, thresholdBytesPerDay: Double, dialect: PromQLDialect) {
    self.window = window
    self.thresholdBytesPerDay = thresholdBytesPerDay
    self.dialect = dialect
  }

  /// - Parameters:
  ///   - log: the series, trimmed to the range that ends at `moment`.
  ///   - limitBytes: where it ends; nil where there is none.
  /// - Returns: value in bytes a second, as `deriv` gives it.
  package func evaluate(
    _ log: SampleLog, metric: String, limitBytes: Double?, at moment: Timestamp
  ) -> Finding {
    guard let slope = log.leastSquaresSlope, let newest = log.newest, let oldest = log.oldest else {
      return .insufficientData("fewer than two samples of \(metric) in the last \(window)")
    }
    let perDay = slope * 86_400
    let isMet = perDay > thresholdBytesPerDay
    var growth = GrowthFigures(slopeBytesPerDay: perDay)
    if slope > 0, let limitBytes {
      growth.secondsToLimit = max(0, (limitBytes - newest.value) / slope)
    }
    let covered = newest.timestamp - oldest.timestamp
    return Finding(
      condition: isMet ? .met : .notMet, value: slope, growth: growth,
      reasons: [
        "\(metric) \(signed(perDay))/day by least squares over \(covered)",
        "\(ByteCount(oldest.value)) → \(ByteCount(newest.value))",
      ])
  }

  private func signed(_ bytes: Double) -> String {
    (bytes >= 0 ? "+" : "") + ByteCount(bytes).description
  }
}
