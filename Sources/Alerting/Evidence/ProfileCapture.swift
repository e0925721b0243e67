package import TimeSeries

/// Profiles of one process at one moment, as they lie in the state directory.
package struct ProfileCapture: Hashable, Sendable {
  package var service: ServiceName
  package var kind: ProfileKind
  package var takenAt: Timestamp
  /// When the process began that it was taken of.
  package var lifeBegan: Timestamp
  /// On disk, of all its files.
  package var bytes: Int64
  /// Whether a goroutine profile lies beside the heap's.
  package var hasGoroutines: Bool

  package init(
    service: ServiceName, kind: ProfileKind, takenAt: Timestamp, lifeBegan: Timestamp,
    bytes: Int64, hasGoroutines: Bool
  ) {
    self.service = service
    self.kind = kind
    self.takenAt = takenAt
    self.lifeBegan = lifeBegan
    self.bytes = bytes
    self.hasGoroutines = hasGoroutines
  }

  /// Some exporters compute the start anew each time from a clock that is being adjusted.
  private static let tolerance = TimeSpan.seconds(2)

  package func isOfLife(_ began: Timestamp) -> Bool { Self.areOneLife(began, lifeBegan) }

  /// Whether two starts are those of one process.
  package static func areOneLife(_ one: Timestamp, _ other: Timestamp) -> Bool {
    let difference = one - other
    return difference <= tolerance && TimeSpan.zero - difference <= tolerance
  }
}
