private import TimeSeries

/// One record for the journal, or for standard error where there is none.
package struct JournalRecord: Hashable, Sendable {
  package struct Field: Hashable, Sendable {
    /// Capitals, digits and underscores, as journald demands.
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package var event: JournalEvent
  package var priority: JournalPriority
  /// For people; may have several lines, the first tells what happened.
  package var message: String
  /// What this event has beside the fields that every record carries.
  package var details: [Field]

  package init(
    _ event: JournalEvent, priority: JournalPriority? = nil, message: String,
    details: [Field] = []
  ) {
    self.event = event
    self.priority = priority ?? event.priority
    self.message = message
    self.details = details
  }

  /// Everything that goes to the journal.
  package var fields: [Field] {
    [
      Field("MESSAGE", message),
      Field("MESSAGE_ID", event.messageID),
      Field("PRIORITY", String(priority.rawValue)),
      Field("SYSLOG_IDENTIFIER", "leakwatch"),
      Field("DOCUMENTATION", "man:leakwatch(8)"),
      Field("LEAKWATCH_EVENT", event.rawValue),
    ] + details
  }
}
