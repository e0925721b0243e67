internal import Alerting
internal import Delivery

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
  }

  private(set) var sinks: [String: SinkRecord] = [:]
  /// Why what waits is in memory alone; nil while the disk takes it.
  private(set) var outboxTrouble: String?

  func note(_ event: DeliveryEvent) {
    switch event {
    case .delivered(let notification): sinks[notification.sink, default: .init()].delivered += 1
    case .postponed(let notification): sinks[notification.sink, default: .init()].postponed += 1
    case .gaveUp(let notification, _): sinks[notification.sink, default: .init()].givenUp += 1
    case .lapsed, .ended, .damaged: break
    case .sinkDown(let sink, let reason, _): sinks[sink, default: .init()].trouble = reason
    case .sinkUp(let sink, _): sinks[sink, default: .init()].trouble = nil
    case .sinkDisabled(let sink, let reason, _):
      sinks[sink, default: .init()].trouble = reason
      sinks[sink, default: .init()].isDisabled = true
    case .outboxFailed(let reason): outboxTrouble = reason
    case .outboxRecovered: outboxTrouble = nil
    }
  }

  /// After a reload: what is gone is forgotten, what was switched off is asked again.
  func adopt(_ names: Set<String>) {
    sinks = sinks.filter { names.contains($0.key) }
    for name in sinks.keys where sinks[name]?.isDisabled == true {
      sinks[name]?.isDisabled = false
      sinks[name]?.trouble = nil
    }
  }
}
