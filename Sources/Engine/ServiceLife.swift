internal import TimeSeries

/// One life of a service as far as it is known.
struct ServiceLife: Hashable, Sendable {
  /// When it was first seen.
  var seenAt: Timestamp
  /// When it began; nil where nothing tells.
  var startedAt: Timestamp?
}
