/// A cursor over TOML text that knows its line and column. At the end `peek` is nil.
struct TOMLScanner {
  private let bytes: [UInt8]
  private(set) var offset = 0
  private(set) var position = SourcePosition(line: 1, column: 1)

  init(_ text: String) {
    bytes = Array(text.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
  }

  var isAtEnd: Bool { offset >= bytes.count }

  func peek(_ ahead: Int = 0) -> UInt8? {
    let index = offset + ahead
    return index < bytes.count ? bytes[index] : nil
  }

  /// Steps over one byte; columns count scalars, so only the first byte of each counts.
  mutating func advance() {
    guard let byte = peek() else { return }
    offset += 1
    if byte == UInt8(ascii: "\n") {
      position = SourcePosition(line: position.line + 1, column: 1)
    } else if byte & 0xC0 != 0x80 {
      position.column += 1
    }
  }

  mutating func advance(by count: Int) {
    for _ in 0..<count { advance() }
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    advance()
    return true
  }

  /// Steps over the bytes that are wanted and answers their text.
  mutating func take(while isWanted: (UInt8) -> Bool) -> String {
    let start = offset
    while let byte = peek(), isWanted(byte) { advance() }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  /// The scalar that stands here as it is shown in a message.
  var shown: String {
    guard !isAtEnd else { return "the end of the file" }
    if isAtLineEnd { return "the end of the line" }
    let rest = String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self)
    return rest.unicodeScalars.first.map { quoted(String($0)) } ?? ""
  }
}

/// Blanks, lines and comments.
extension TOMLScanner {
  /// At "\n", "\r\n" or the end of the text.
  var isAtLineEnd: Bool {
    switch peek() {
    case nil, UInt8(ascii: "\n"): true
    case UInt8(ascii: "\r"): peek(1) == UInt8(ascii: "\n")
    default: false
    }
  }

  mutating func takeLineEnd() {
    if peek() == UInt8(ascii: "\r") { advance() }
    advance()
  }

  mutating func skipBlanks() {
    while peek() == UInt8(ascii: " ") || peek() == UInt8(ascii: "\t") { advance() }
  }

  /// Steps over "# …" where it stands, up to the end of the line.
  mutating func skipComment() throws(TOMLSyntaxError) {
    guard take(UInt8(ascii: "#")) else { return }
    while !isAtLineEnd { try advanceOverText(in: "a comment") }
  }

  /// Blanks, line ends and comments: what may stand between lines and between array elements.
  mutating func skipBlanksLinesAndComments() throws(TOMLSyntaxError) {
    while true {
      skipBlanks()
      try skipComment()
      guard !isAtEnd, isAtLineEnd else { return }
      takeLineEnd()
    }
  }

  /// Steps over one byte that is no control character (the tab excepted).
  mutating func advanceOverText(in place: String) throws(TOMLSyntaxError) {
    guard let byte = peek() else { return }
    if byte != UInt8(ascii: "\t"), byte < 0x20 || byte == 0x7F {
      throw TOMLSyntaxError(position, "\(place) cannot hold the control character \(shown)")
    }
    advance()
  }
}
