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

  /// What taking a profile does to the service.
  package enum Burden: Hashable, Sendable {
    /// It is written from counters that the service keeps anyway.
    case light
    /// From the first to the last of a suspicion the service runs slower.
    case slows
    /// The service stands still while its heap is walked, and takes several times the heap for it.
    case copiesHeap
    /// The service stands still while its objects are counted, and while its garbage is collected.
    case stopsWorld
    /// The kernel lists its mappings, or it is a JVM, which is found out only then.
    case looksAtProcess

    /// Whether one is taken without a suspicion, to have one from before.
    var allowsBaseline: Bool { self == .light }
  }

  package var service: ServiceName
  /// Where its profiles come from decides.
  package var burden = Burden.light
  /// When its process began; nil where its exporter does not tell.
  package var lifeBegan: Timestamp?
  /// When the exporter last told that.
  package var toldAt: Timestamp
  package var isUp: Bool
  package var suspicion: Suspicion?
  /// Bytes left to its limit; nil where no limit is known.
  package var roomBytes: Double?
  /// Bytes that are available on its host; nil where nobody knows.
  package var hostRoomBytes: Double?
  /// What its heap takes, at most; nil where nobody knows.
  package var heapBytes: Double?
  /// nil where it does not count them.
  package var goroutines: Double?

  package init(
    service: ServiceName, lifeBegan: Timestamp?, toldAt: Timestamp, isUp: Bool = true,
    suspicion: Suspicion? = nil, roomBytes: Double? = nil, heapBytes: Double? = nil,
    goroutines: Double? = nil
  ) {
    self.service = service
    self.lifeBegan = lifeBegan
    self.toldAt = toldAt
    self.isUp = isUp
    self.suspicion = suspicion
    self.roomBytes = roomBytes
    self.heapBytes = heapBytes
    self.goroutines = goroutines
  }
}
