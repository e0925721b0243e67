internal import TimeSeries

/// One life of a service as far as it is known.
struct ServiceLife: Hashable, Sendable {
  /// When it was first seen.
  var seenAt: Timestamp
  /// When it began; nil where nothing tells.
  var startedAt: Timestamp?
  /// What is known of the build that ran in it.
  var build = BuildMarks()
  /// Whether that was another one than before; nil where it is not known.
  var isNewBuild: Bool?
}
