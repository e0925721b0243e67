/// What a `# TYPE` line says of a family. Text format 0.0.4 knows the first four and "untyped".
package enum MetricType: String, Hashable, Sendable {
  case counter, gauge, histogram, summary
  case gaugeHistogram = "gaugehistogram"
  case stateSet = "stateset"
  case info
  /// Also where no `# TYPE` line stands, and "untyped" of the text format.
  case unknown

  init?(word: String, in format: ExpositionFormat) {
    switch (format, word) {
    case (.prometheusText004, "untyped"): self = .unknown
    case (.prometheusText004, "counter"), (.prometheusText004, "gauge"),
      (.prometheusText004, "histogram"), (.prometheusText004, "summary"), (.openMetrics100, _):
      self.init(rawValue: word)
    default: return nil
    }
  }

  /// Endings that a sample's name adds to its family's name, by type (OpenMetrics 1.0, "Suffixes").
  ///
  /// In the text format a counter's sample bears the family's own name, so that is allowed there.
  func sampleSuffixes(in format: ExpositionFormat) -> [String] {
    switch self {
    case .counter:
      format == .openMetrics100 ? ["_total", "_created"] : ["", "_total", "_created"]
    case .histogram: ["_bucket", "_count", "_sum", "_created"]
    case .summary: ["", "_count", "_sum", "_created"]
    case .gaugeHistogram: ["_bucket", "_gcount", "_gsum"]
    case .info: ["_info"]
    case .gauge, .stateSet, .unknown: [""]
    }
  }
}
