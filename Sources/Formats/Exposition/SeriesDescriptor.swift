package import TimeSeries

/// A series as the exposition names it.
package struct SeriesDescriptor: Hashable, Sendable {
  /// The sample's name: "jvm_gc_pause_seconds_sum".
  package var name: String
  /// Without labels whose value is empty: they are the same as absent ones.
  package var labels: LabelSet
  /// The family's type.
  package var type: MetricType

  package init(name: String, labels: LabelSet, type: MetricType) {
    self.name = name
    self.labels = labels
    self.type = type
  }
}
