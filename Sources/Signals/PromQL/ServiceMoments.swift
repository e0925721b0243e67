package import TimeSeries

/// One service over a stretch of time, as queries told it.
package struct ServiceMoments: Sendable {
  package var service: ServiceName
  /// In rising order of time; only those at which something was told.
  package var moments: [ServiceMoment]
}

/// What is known of a service at one moment.
package struct ServiceMoment: Hashable, Sendable {
  package var timestamp: Timestamp
  package var incarnation: Incarnation?
  /// Finite values only.
  package var readings: [Reading]
}

/// Moments at equal distances: those that a range query answers for.
package struct MomentGrid: Hashable, Sendable {
  package var start: Timestamp
  package var step: TimeSpan
  /// At least 1.
  package var count: Int

  package init(start: Timestamp, step: TimeSpan, count: Int) {
    self.start = start
    self.step = step
    self.count = count
  }

  package subscript(index: Int) -> Timestamp {
    Timestamp(milliseconds: start.milliseconds + Int64(index) * step.milliseconds)
  }

  package var end: Timestamp { self[count - 1] }

  /// nil for a moment that is not on the grid.
  func index(of moment: Timestamp) -> Int? {
    let distance = moment.milliseconds - start.milliseconds
    guard distance >= 0, distance % step.milliseconds == 0 else { return nil }
    let index = Int(clamping: distance / step.milliseconds)
    return index < count ? index : nil
  }
}
