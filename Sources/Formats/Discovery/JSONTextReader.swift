/// Reads JSON (RFC 8259) in the order it stands, as far as lists of targets need it: objects,
/// arrays, strings and null.
struct JSONTextReader {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A byte order mark is none of JSON's, and editors write it all the same.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
  }

  func fault(_ message: String) -> TargetListFault {
    let before = bytes[..<min(offset, bytes.count)]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return TargetListFault(line: line, column: offset - start + 1, message: message)
  }

  /// Nothing may follow.
  mutating func finish() throws(TargetListFault) {
    skipBlanks()
    guard offset == bytes.count else { throw fault("unexpected text after the list") }
  }

  mutating func takeNull() -> Bool {
    skipBlanks()
    guard bytes[offset...].starts(with: "null".utf8) else { return false }
    offset += 4
    return true
  }

  mutating func readArray(
    _ element: (inout JSONTextReader) throws(TargetListFault) -> Void
  ) throws(TargetListFault) {
    try take("[", expected: "an array")
    if takeIf("]") { return }
    repeat { try element(&self) } while takeIf(",")
    try take("]", expected: "\",\" or \"]\"")
  }

  mutating func readObject(
    _ member: (String, inout JSONTextReader) throws(TargetListFault) -> Void
  ) throws(TargetListFault) {
    try take("{", expected: "an object")
    if takeIf("}") { return }
    repeat {
      let name = try readString()
      try take(":", expected: "\":\"")
      try member(name, &self)
    } while takeIf(",")
    try take("}", expected: "\",\" or \"}\"")
  }

  mutating func readString() throws(TargetListFault) -> String {
    try take("\"", expected: "a string in quotes")
    let start = offset - 1
    var text: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case UInt8(ascii: "\""):
        guard let valid = String(validating: text, as: UTF8.self) else {
          offset = start
          throw fault("the string is not UTF-8")
        }
        offset += 1
        return valid
      case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
      case 0..<0x20: throw fault("a control character in a string")
      default:
        text.append(byte)
        offset += 1
      }
    }
    offset = start
    throw fault("a string without its closing quote")
  }

  private mutating func skipBlanks() {
    while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
  }

  private mutating func takeIf(_ scalar: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: scalar) else { return false }
    offset += 1
    return true
  }

  private mutating func take(
    _ scalar: Unicode.Scalar, expected: String
  ) throws(TargetListFault) {
    if takeIf(scalar) { return }
    guard offset < bytes.count else { throw fault("expected \(expected), found the end") }
    throw fault("expected \(expected), found \"\(Unicode.Scalar(bytes[offset]))\"")
  }

  /// From the backslash on.
  private mutating func escape() throws(TargetListFault) -> Unicode.Scalar {
    let start = offset
    switch JSONEscape(bytes.span, at: start) {
    case .scalar(let scalar, let length):
      offset += length
      return scalar
    case .cutOff: throw fault("a string without its closing quote")
    case .badDigit(let digit) where digit >= start + 6: throw fault(Self.halfPair)
    case .halfPair: throw fault(Self.halfPair)
    case .unknown, .badDigit: throw fault("an unknown escape in a string")
    }
  }

  private static let halfPair = "half of a surrogate pair in a string"
}
