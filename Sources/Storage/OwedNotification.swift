internal import Alerting
internal import TimeSeries

/// A notification of an alert that nobody has tried to send, as it stands in the alert's own row: all else
/// that there is to say of it follows from the alert. Most never need a row of their own.
struct OwedNotification: Hashable, Sendable {
  /// Its place among all notifications; the number of its row, should it get one.
  var sequence: Int64
  var id: String
  var sink: String
  var queuedAt: Timestamp
  var nextAttempt: Timestamp
  /// Which of the lines for one place it is, as long as this process lives: newer words may have the same id.
  var edition: Int64 = 0

  init(_ notification: QueuedNotification, sequence: Int64, edition: Int64) {
    self.sequence = sequence
    self.edition = edition
    id = notification.id
    sink = notification.sink
    queuedAt = notification.queuedAt
    nextAttempt = notification.nextAttempt
  }

  /// Whether the alert that it speaks of says the rest of it.
  static func suffices(for notification: QueuedNotification) -> Bool {
    guard case .alert = notification.message else { return false }
    return notification.status == .firing && notification.attempts == 0
      && notification.lastFailure == nil
      // Its words are told apart by these.
      && !notification.id.utf8.contains { $0 <= UInt8(ascii: " ") }
      && !notification.sink.utf8.contains(UInt8(ascii: "\n"))
  }

  /// It, of the alert in whose row it stands.
  func notification(of alert: Alert) -> QueuedNotification {
    var notification = QueuedNotification(
      id: id, sink: sink, of: alert, message: .alert(alert), queuedAt: queuedAt)
    notification.nextAttempt = nextAttempt
    return notification
  }

  func slot(of identity: AlertEpisode) -> QueuedNotification.Slot {
    QueuedNotification.Slot(sink: sink, key: identity.key, episode: identity.episode)
  }

  // A line each: sequence, id, the two moments in Unix milliseconds, and the sink, which may hold spaces.

  /// nil for none.
  static func text(_ all: [OwedNotification]) -> String? {
    if all.isEmpty { return nil }
    var text: [UInt8] = []
    text.reserveCapacity(all.reduce(0) { $0 + $1.id.utf8.count + $1.sink.utf8.count + 64 })
    for one in all {
      if !text.isEmpty { text.append(UInt8(ascii: "\n")) }
      text.append(text: String(one.sequence))
      text.append(UInt8(ascii: " "))
      text.append(text: one.id)
      text.append(UInt8(ascii: " "))
      text.append(text: String(one.queuedAt.milliseconds))
      text.append(UInt8(ascii: " "))
      text.append(text: String(one.nextAttempt.milliseconds))
      text.append(UInt8(ascii: " "))
      text.append(text: one.sink)
    }
    return String(decoding: text, as: UTF8.self)
  }

  static func all(in text: String?) -> [OwedNotification] {
    guard let text else { return [] }
    return text.split(separator: "\n").compactMap { OwedNotification(line: $0) }
  }

  private init?(line: Substring) {
    let words = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
    guard words.count == 5, let sequence = Int64(words[0]), let queuedAt = Int64(words[2]),
      let nextAttempt = Int64(words[3])
    else { return nil }
    self.sequence = sequence
    id = String(words[1])
    self.queuedAt = Timestamp(milliseconds: queuedAt)
    self.nextAttempt = Timestamp(milliseconds: nextAttempt)
    sink = String(words[4])
  }
}
