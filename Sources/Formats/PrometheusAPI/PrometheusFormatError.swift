/// Why an answer cannot be read, and where. The message is one line without control characters.
package struct PrometheusFormatError: Error, Hashable, Sendable, CustomStringConvertible {
  /// 0-based, in bytes.
  package var offset: Int
  package var message: String
  /// The answer holds more than the limits allow: a smaller question may be answered.
  package var isTooMuch: Bool

  init(offset: Int, message: String, isTooMuch: Bool = false) {
    self.offset = offset
    self.message = ParseError.printable(message)
    self.isTooMuch = isTooMuch
  }

  package var description: String { "byte \(offset): \(message)" }
}
