internal import Alerting

/// Writes the courier's queue through to the outbox on disk, and says once when it cannot. After a
/// failure the next write first brings the disk up to date.
final class OutboxLedger {
  private let outbox: (any NotificationOutbox)?
  private let onEvent: (DeliveryEvent) -> Void
  private var isBehind = false

  init(_ outbox: (any NotificationOutbox)?, onEvent: @escaping (DeliveryEvent) -> Void) {
    self.outbox = outbox
    self.onEvent = onEvent
  }

  /// Whether the disk holds everything that waits.
  var isCurrent: Bool { outbox != nil && !isBehind }

  func load() -> [QueuedNotification] {
    guard let outbox else { return [] }
    do {
      return try outbox.waiting()
    } catch {
      fall(behind: error)
      return []
    }
  }

  /// - Parameter allPending: everything that waits, for a disk that has fallen behind.
  func keep(_ added: [QueuedNotification], allPending: () -> [QueuedNotification]) {
    write { outbox in
      if !self.isBehind { return try outbox.keep(added) }
      let pending = allPending()
      let ids = Set(pending.map(\.id))
      try outbox.remove(ids: try outbox.waiting().map(\.id).filter { !ids.contains($0) })
      try outbox.keep(pending)
      self.isBehind = false
      self.onEvent(.outboxRecovered)
    }
  }

  func postpone(_ notification: QueuedNotification) {
    write { try $0.postpone(notification) }
  }

  func remove(_ ids: [String]) {
    write { try $0.remove(ids: ids) }
  }

  private func write(_ body: (any NotificationOutbox) throws -> Void) {
    guard let outbox else { return }
    do { try body(outbox) } catch { fall(behind: error) }
  }

  private func fall(behind cause: any Error) {
    if isBehind { return }
    isBehind = true
    onEvent(.outboxFailed(reason: "\(cause)"))
  }
}
