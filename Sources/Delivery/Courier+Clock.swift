internal import Alerting
package import TimeSeries

extension Courier {
  /// The clock was moved by `span`: what waits grows neither older nor younger by it.
  package func clockMoved(by span: TimeSpan) {
    for place in lanes.values { place.lane.clockMoved(by: span) }
    // It was set by the old clock.
    dropAlarm()
    pump()
  }
}

extension SinkLane {
  mutating func clockMoved(by span: TimeSpan) {
    for index in waiting.indices {
      waiting[index].queuedAt = waiting[index].queuedAt + span
      waiting[index].nextAttempt = waiting[index].nextAttempt + span
    }
    inFlight = inFlight.mapValues { notification in
      var moved = notification
      moved.queuedAt = moved.queuedAt + span
      return moved
    }
    oldestQueuedAt = oldestQueuedAt.map { $0 + span }
    silentUntil = silentUntil.map { $0 + span }
    failingSince = failingSince.map { $0 + span }
    if let end = probe?.patience?.end { probe?.patience?.end = end + span }
  }
}
