/// Why a line cannot be read, and at which of its bytes.
struct LineProblem: Error {
  /// 0-based, from the start of the line.
  var offset: Int
  var message: String
}

extension Span<UInt8> {
  /// The byte at `offset` in words for a person: "'x'", "byte 0xFF" or "the end of the line".
  func described(at offset: Int) -> String {
    guard offset < count else { return "the end of the line" }
    let byte = self[offset]
    if byte == UInt8(ascii: "'") { return "an apostrophe" }
    if byte == UInt8(ascii: " ") { return "a space" }
    if byte == UInt8(ascii: "\t") { return "a tab" }
    if byte == UInt8(ascii: "\r") { return "a carriage return" }
    if byte > 0x20, byte < 0x7F { return "'\(Character(UnicodeScalar(byte)))'" }
    let digits = String(byte, radix: 16, uppercase: true)
    return "byte 0x\(digits.count < 2 ? "0" : "")\(digits)"
  }

  /// The bytes as text for a message: at most 40 of them, ill-formed ones replaced.
  func excerpt(_ range: Range<Int>) -> String {
    let shown = range.prefix(40).map { self[$0] }
    let text = String(decoding: shown, as: UTF8.self)
    return range.count > shown.count ? text + "…" : text
  }
}
