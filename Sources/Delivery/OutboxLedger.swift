internal import Alerting
internal import TimeSeries

/// Writes the courier's queue through to the outbox on disk, and says once when it cannot. After a
/// failure the next write first brings the disk up to date.
///
/// That notifications have arrived is written for several at once, a moment later: a crash in between
/// sends them again under their ids, as it does those under way.
final class OutboxLedger {
  /// How long, and of how many, the arrival is held.
  static let holdingSpan = TimeSpan(milliseconds: 25)
  static let holdingLimit = 512

  private let outbox: (any NotificationOutbox)?
  private let onEvent: (DeliveryEvent) -> Void
  /// Of deliveries that nobody has written yet; none of it brings news.
  private var held = OutboxChange()
  private var heldSince: Timestamp?
  /// The disk lacks something that it should hold.
  private(set) var isBehind = false
  /// What it held at the start could not be read: nothing is written over it before it was.
  private var isUnread = false
  /// Takes what could not be read at the start, once it can.
  var onLateContent: (OutboxContent) -> Void = { _ in }

  init(_ outbox: (any NotificationOutbox)?, onEvent: @escaping (DeliveryEvent) -> Void) {
    self.outbox = outbox
    self.onEvent = onEvent
  }

  /// Whether the disk holds everything that waits.
  var isCurrent: Bool { outbox != nil && !isBehind }

  /// When what is held is to be written; nil where nothing is.
  var holdingEnd: Timestamp? { heldSince.map { $0 + Self.holdingSpan } }

  func load() -> OutboxContent {
    guard let outbox else { return OutboxContent() }
    do {
      return try outbox.content()
    } catch {
      isUnread = true
      distrust(because: "\(error)")
      return OutboxContent()
    }
  }

  /// - Parameter everything: all that must be on disk, for one that has fallen behind.
  func apply(_ change: OutboxChange, everything: () -> OutboxContent) {
    release(everything: everything)
    if isBehind || !change.isEmpty { writeNow(change, everything) }
  }

  /// What may be written together with what comes next.
  func hold(_ change: OutboxChange, at now: Timestamp, everything: () -> OutboxContent) {
    if isBehind || change.bringsNews { return apply(change, everything: everything) }
    held.join(change)
    heldSince = heldSince ?? now
    if held.removed.count >= Self.holdingLimit { release(everything: everything) }
  }

  /// Writes what is held, if it was held for long enough. A clock that was put back ends it too.
  func releaseDue(at now: Timestamp, everything: () -> OutboxContent) {
    guard let heldSince, now >= heldSince + Self.holdingSpan || now < heldSince else { return }
    release(everything: everything)
  }

  /// Writes what is held.
  func release(everything: () -> OutboxContent) {
    guard heldSince != nil else { return }
    let change = held
    (held, heldSince) = (OutboxChange(), nil)
    writeNow(change, everything)
  }

  /// Reads what could not be read at the start, before its file is replaced; throws why it still cannot.
  func readLate() throws {
    guard let outbox, isUnread else { return }
    let content = try outbox.content()
    isUnread = false
    onLateContent(content)
  }

  /// For a file that was begun anew. Nothing is known to be there until `noteWrittenAnew`.
  func writeAnew(_ content: OutboxContent) throws { try outbox?.replace(with: content) }

  func noteWrittenAnew() {
    (held, heldSince) = (OutboxChange(), nil)
    isUnread = false
    guard isBehind else { return }
    isBehind = false
    onEvent(.outboxRecovered)
  }

  /// What the disk holds is behind, or not to be believed any more.
  func distrust(because reason: String) {
    guard outbox != nil, !isBehind else { return }
    isBehind = true
    onEvent(.outboxFailed(reason: reason))
  }

  func postpone(_ notifications: [QueuedNotification]) {
    // One that has fallen behind is brought up to date as a whole.
    if !isBehind, !notifications.isEmpty { write { try $0.postpone(notifications) } }
  }

  private func writeNow(_ change: OutboxChange, _ everything: () -> OutboxContent) {
    write { outbox in
      if !self.isBehind { return try outbox.apply(change) }
      try self.readLate()
      try outbox.replace(with: everything())
      self.isBehind = false
      self.onEvent(.outboxRecovered)
    }
  }

  private func write(_ body: (any NotificationOutbox) throws -> Void) {
    guard let outbox else { return }
    do { try body(outbox) } catch { distrust(because: "\(error)") }
  }
}
