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

  func load() -> OutboxContent {
    guard let outbox else { return OutboxContent() }
    do {
      return try outbox.content()
    } catch {
      fall(behind: error)
      return OutboxContent()
    }
  }

  /// - Parameter everything: all that must be on disk, for one that has fallen behind.
  func apply(_ change: OutboxChange, everything: () -> OutboxContent) {
    write { outbox in
      if !self.isBehind { return try outbox.apply(change) }
      try outbox.replace(with: everything())
      self.isBehind = false
      self.onEvent(.outboxRecovered)
    }
  }

  func postpone(_ notification: QueuedNotification) {
    // One that has fallen behind is brought up to date as a whole.
    if !isBehind { write { try $0.postpone(notification) } }
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
