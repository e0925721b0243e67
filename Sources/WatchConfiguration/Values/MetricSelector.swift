/// Which series of an exporter mean a signal: `my_heap_bytes{area="heap"}`.
package struct MetricSelector: Sendable, Hashable {
  package enum Comparison: String, Sendable {
    case equal = "="
    case notEqual = "!="
  }

  /// A label that the series must (not) carry with this value. An absent label counts as "".
  package struct LabelMatcher: Sendable, Hashable {
    package var label: String
    package var comparison: Comparison
    package var value: String

    package init(label: String, comparison: Comparison, value: String) {
      self.label = label
      self.comparison = comparison
      self.value = value
    }
  }

  package var metric: String
  package var matchers: [LabelMatcher]

  package init(metric: String, matchers: [LabelMatcher]) {
    self.metric = metric
    self.matchers = matchers
  }
}
