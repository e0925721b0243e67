/// What comes to disk in one transaction: all of it or nothing.
package struct OutboxChange: Hashable, Sendable {
  /// Each in the place of an older one for the same slot.
  package var kept: [QueuedNotification] = []
  /// What was delivered, given up or replaced; one whose id is unknown is ignored.
  package var removed: [QueuedNotification] = []
  package var told: [ToldAlert] = []
  package var untold: [QueuedNotification.Slot] = []
  /// The newest word on each.
  package var alerts: [Alert] = []
  package var forgotten: [AlertEpisode] = []
  /// Damaged rows, once they were told.
  package var discarded: [DamagedRow] = []

  package init(kept: [QueuedNotification] = [], removed: [QueuedNotification] = []) {
    self.kept = kept
    self.removed = removed
  }

  /// Whether a power cut may not take it. What has arrived may be sent again under its id: that it
  /// goes off the disk is not worth waiting for.
  package var bringsNews: Bool { !kept.isEmpty || !alerts.isEmpty }

  /// Adds a change that brings no news either.
  package mutating func join(_ other: OutboxChange) {
    removed += other.removed
    told += other.told
    untold += other.untold
    forgotten += other.forgotten
    discarded += other.discarded
  }

  package var isEmpty: Bool {
    kept.isEmpty && removed.isEmpty && told.isEmpty && untold.isEmpty && alerts.isEmpty
      && forgotten.isEmpty && discarded.isEmpty
  }
}

/// A row that the disk has changed since it was written. Nothing in it can be relied on.
package struct DamagedRow: Hashable, Sendable {
  /// Where it stands; the raw value is the table's name.
  package enum Table: String, Hashable, Sendable {
    case notification, told, alert
  }

  package var table: Table
  package var number: Int64
  /// What can be read of it, for a person.
  package var words: String

  package init(table: Table, number: Int64, words: String) {
    self.table = table
    self.number = number
    self.words = words
  }
}

/// Everything that the disk holds of alerts.
package struct OutboxContent: Sendable {
  /// Oldest first.
  package var waiting: [QueuedNotification] = []
  package var told: [ToldAlert] = []
  package var alerts: [Alert] = []
  /// What is not what was written.
  package var damaged: [DamagedRow] = []

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
/// Every call is one transaction. When it returns it outlives the end of the process, and, if it brings
/// news, a power cut. The caller keeps its own copy, so a failed call costs durability and not the
/// notification.
package protocol NotificationOutbox: AnyObject {
  func apply(_ change: OutboxChange) throws

  func content() throws -> OutboxContent

  /// Stores the attempts, next attempt and last failure of notifications that are tried again.
  func postpone(_ notifications: [QueuedNotification]) throws

  /// This, and nothing else.
  func replace(with content: OutboxContent) throws
}
