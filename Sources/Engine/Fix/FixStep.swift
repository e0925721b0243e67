package import Detectors
package import TimeSeries

/// Something that happened to the fix of a leak: a dated line with its reason.
package struct FixStep: Hashable, Sendable {
  package enum What: Hashable, Sendable {
    /// The service has come back changed, or somebody says that it is fixed.
    case watched
    case judged(FixVerdict)
    /// It was restarted with the same build.
    case plainRestart
  }

  package var what: What
  package var at: Timestamp
  /// In words.
  package var why: String
}
