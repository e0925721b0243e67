/// What comes to disk in one transaction: all of it or nothing.
package struct OutboxChange: Hashable, Sendable {
  /// Each in the place of an older one for the same slot.
  package var kept: [QueuedNotification] = []
  /// Ids of what was delivered, given up or replaced; unknown ones are ignored.
  package var removed: [String] = []
  package var told: [ToldAlert] = []
  package var untold: [QueuedNotification.Slot] = []
  /// The newest word on each.
  package var alerts: [Alert] = []
  package var forgotten: [AlertEpisode] = []

  package init(kept: [QueuedNotification] = [], removed: [String] = []) {
    self.kept = kept
    self.removed = removed
  }

  package var isEmpty: Bool {
    kept.isEmpty && removed.isEmpty && told.isEmpty && untold.isEmpty && alerts.isEmpty
      && forgotten.isEmpty
  }
}

/// Everything that the disk holds of alerts.
package struct OutboxContent: Sendable {
  /// Oldest first.
  package var waiting: [QueuedNotification] = []
  package var told: [ToldAlert] = []
  package var alerts: [Alert] = []

  package init(
    waiting: [QueuedNotification] = [], told: [ToldAlert] = [], alerts: [Alert] = []
  ) {
    self.waiting = waiting
    self.told = told
    self.alerts = alerts
  }
}

/// Where notifications wait on disk until they are delivered or given up, beside what the sinks were
/// told and of what.
///
/// Every call is one transaction and is durable when it returns. The caller keeps its own copy, so a
/// failed call costs durability and not the notification.
package protocol NotificationOutbox: AnyObject {
  func apply(_ change: OutboxChange) throws

  func content() throws -> OutboxContent

  /// Stores the attempts, next attempt and last failure of a notification that is tried again.
  func postpone(_ notification: QueuedNotification) throws

  /// This, and nothing else.
  func replace(with content: OutboxContent) throws
}
