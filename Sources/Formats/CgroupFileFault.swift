/// What is wrong with the text of a kernel file, and where. The reader adds the file's path.
package struct CgroupFileFault: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    /// Nothing but white space in the whole file.
    case empty
    case missingValue(key: String)
    case notANumber(String)
    /// More than 64 bits hold.
    case tooLarge(String)
    case missingKey(String)
    case unknownUnit(String)
    case tooFewFields(expected: Int, found: Int)
  }

  package var reason: Reason
  /// From 1.
  package var line: Int

  package init(_ reason: Reason, line: Int) {
    self.reason = reason
    self.line = line
  }

  package var description: String {
    switch reason {
    case .empty: "the file is empty"
    case .missingValue(let key): "line \(line): \"\(key)\" has no value"
    case .notANumber(let text): "line \(line): expected a number, found \"\(text)\""
    case .tooLarge(let text): "line \(line): \(text) does not fit in 64 bits"
    case .missingKey(let key): "there is no line \"\(key)\""
    case .unknownUnit(let text): "line \(line): expected the unit kB, found \"\(text)\""
    case .tooFewFields(let expected, let found):
      "line \(line): expected \(expected) fields, found \(found)"
    }
  }

  /// Text for a message: at most 40 bytes, anything that is not printable ASCII as "?".
  static func excerpt(_ bytes: Span<UInt8>) -> String {
    var text = ""
    for index in 0..<min(bytes.count, 40) {
      let byte = bytes[index]
      text.unicodeScalars.append(
        byte >= 0x20 && byte < 0x7F ? Unicode.Scalar(byte) : Unicode.Scalar("?"))
    }
    return bytes.count > 40 ? text + "…" : text
  }
}
