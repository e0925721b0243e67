/// Why a WebSocket connection cannot go on, in one line.
package struct WebSocketFault: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String

  init(_ description: String) {
    self.description = ParseError.printable(description)
  }
}
