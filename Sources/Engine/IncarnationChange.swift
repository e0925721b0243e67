package import TimeSeries

/// A new life of a service, as it was seen.
package struct IncarnationChange: Hashable, Sendable {
  /// When it was first seen.
  package var seenAt: Timestamp
  /// When it began; nil where nothing tells.
  package var startedAt: Timestamp?
}
