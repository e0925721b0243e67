package import TimeSeries

/// A sample whose line keeps the rules.
package struct OpenMetricsSample: Hashable, Sendable {
  /// 1-based.
  package var line: Int
  package var name: String
  /// Without labels whose value is empty.
  package var labels: LabelSet
  package var value: Double
  package var timestamp: Timestamp?
}

/// What the check of an exposition found.
package struct OpenMetricsReport: Sendable {
  /// In the order of the exposition; lines with a fault are left out.
  package internal(set) var samples: [OpenMetricsSample] = []
  /// The first faults in the order in which they come to light, at most
  /// `ScrapeLimits.listedErrors`: what a metric lacks shows where it ends.
  package internal(set) var errors: [ParseError] = []
  /// All faults, listed or not.
  package internal(set) var errorCount = 0
}
