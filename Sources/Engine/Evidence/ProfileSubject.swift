package import TimeSeries

/// What the plan of profiles must know of one service.
package struct ProfileSubject: Sendable {
  /// An alert about its size that waits or fires.
  package struct Suspicion: Hashable, Sendable {
    /// nil where nobody knows how fast it grows.
    package var bytesPerDay: Double?

    package init(bytesPerDay: Double?) {
      self.bytesPerDay = bytesPerDay
    }
  }

  package var service: ServiceName
  /// When its process began; nil where its exporter does not tell.
  package var lifeBegan: Timestamp?
  /// When the exporter last told that.
  package var toldAt: Timestamp
  package var isUp: Bool
  package var suspicion: Suspicion?
  /// Bytes left to its limit; nil where no limit is known.
  package var roomBytes: Double?
  /// nil where it does not count them.
  package var goroutines: Double?

  package init(
    service: ServiceName, lifeBegan: Timestamp?, toldAt: Timestamp, isUp: Bool = true,
    suspicion: Suspicion? = nil, roomBytes: Double? = nil, goroutines: Double? = nil
  ) {
    self.service = service
    self.lifeBegan = lifeBegan
    self.toldAt = toldAt
    self.isUp = isUp
    self.suspicion = suspicion
    self.roomBytes = roomBytes
    self.goroutines = goroutines
  }
}
