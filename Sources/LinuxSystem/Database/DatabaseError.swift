/// What SQLite refused, on which file, and why.
package struct DatabaseError: Error, Hashable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    /// The file is not a database, or its pages contradict each other.
    case damaged
    /// Another process held the lock for longer than the busy timeout.
    case busy
    case diskFull
    /// The file or its directory cannot be opened or written.
    case notAccessible
    /// Anything else; SQLite's primary result code.
    case other(Int32)
  }

  package var reason: Reason
  package var path: String
  /// What was being done: "open", "begin", the SQL text.
  package var operation: String
  /// SQLite's sentence.
  package var message: String

  package init(reason: Reason, path: String, operation: String, message: String) {
    self.reason = reason
    self.path = path
    self.operation = operation
    self.message = message
  }

  /// "/var/lib/leakwatch/leakwatch.db: cannot open: unable to open database file".
  package var description: String { "\(path): cannot \(operation): \(message)" }
}
