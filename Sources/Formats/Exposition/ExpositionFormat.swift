/// The two text formats that exporters speak.
package enum ExpositionFormat: Hashable, Sendable {
  /// Prometheus text format 0.0.4: lenient about white space, timestamps in milliseconds.
  case prometheusText004
  /// OpenMetrics 1.0: strict, timestamps in seconds, ends with `# EOF`.
  case openMetrics100

  /// The format that a response declares in its `Content-Type`.
  ///
  /// A missing or blank type means the text format, as Prometheus' own fallback does for exporters
  /// that send none; nil is a type that is neither format (an HTML page, protobuf, …).
  package init?(contentType: String?) {
    let mediaType = (contentType ?? "").prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }
    switch mediaType.lowercased() {
    case "", "text/plain": self = .prometheusText004
    case "application/openmetrics-text": self = .openMetrics100
    default: return nil
    }
  }
}
