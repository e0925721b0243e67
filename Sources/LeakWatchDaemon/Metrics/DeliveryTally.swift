internal import Alerting
internal import Delivery
internal import TimeSeries

/// How each sink stands, from what the courier tells. A class: the courier tells it from a closure.
final class DeliveryTally {
  struct SinkRecord: Hashable, Sendable {
    var delivered = 0
    /// Attempts that failed and are made again.
    var postponed = 0
    var givenUp = 0
    /// Why it fails; nil while it works.
    var trouble: String?
    var isDisabled = false
    /// Of the first attempt that failed since it last took something; nil where none did.
    var failing: Outage?
  }

  private(set) var sinks: [String: SinkRecord] = [:]
  /// Why what waits is in memory alone; nil while the disk takes it.
  var outboxTrouble: String? { outboxOutage?.reason }
  private(set) var outboxOutage: Outage?

  func note(_ event: DeliveryEvent, at now: Timestamp) {
    switch event {
    case .delivered(let notification):
      sinks[notification.sink, default: .init()].delivered += 1
      sinks[notification.sink]?.failing = nil
    case .postponed(let notification):
      sinks[notification.sink, default: .init()].postponed += 1
      fail(notification.sink, notification.lastFailure, at: now)
    case .gaveUp(let notification, _): sinks[notification.sink, default: .init()].givenUp += 1
    case .lapsed, .ended, .damaged: break
    case .sinkDown(let sink, let reason, _): sinks[sink, default: .init()].trouble = reason
    case .sinkUp(let sink, _): sinks[sink, default: .init()].trouble = nil
    case .sinkDisabled(let sink, let reason, _):
      sinks[sink, default: .init()].trouble = reason
      sinks[sink, default: .init()].isDisabled = true
      fail(sink, reason, at: now)
    case .outboxFailed(let reason): outboxOutage = Outage(since: now, reason: reason)
    case .outboxRecovered: outboxOutage = nil
    }
  }

  func clockMoved(by span: TimeSpan) {
    for name in sinks.keys { sinks[name]?.failing?.move(by: span) }
    outboxOutage?.move(by: span)
  }

  private func fail(_ sink: String, _ reason: String?, at now: Timestamp) {
    let since = sinks[sink]?.failing?.since ?? now
    sinks[sink, default: .init()].failing = Outage(
      since: since, reason: reason ?? "no reason is known")
  }

  /// After a reload: what is gone is forgotten, what was switched off is asked again.
  func adopt(_ names: Set<String>) {
    sinks = sinks.filter { names.contains($0.key) }
    for name in sinks.keys where sinks[name]?.isDisabled == true {
      sinks[name]?.isDisabled = false
      sinks[name]?.trouble = nil
      sinks[name]?.failing = nil
    }
  }
}
