/// A text that must not reach a log: it does not print, interpolate or dump itself.
package struct Secret: Sendable, Equatable {
  /// The text itself, for the one place that sends it.
  package let revealed: String

  package init(_ text: String) {
    revealed = text
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "(hidden)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// One header that is added to a request. The value may be a key to the other side: it is secret.
package struct HTTPHeader: Sendable, Equatable {
  package var name: String
  package var value: Secret

  package init(name: String, value: Secret) {
    self.name = name
    self.value = value
  }
}
