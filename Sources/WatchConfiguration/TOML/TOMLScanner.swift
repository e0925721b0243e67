/// A cursor over TOML text that knows its line and column. It never fails: at the end `peek` is
/// nil, and what it does not understand it leaves to the caller to step over.
struct TOMLScanner {
  private let bytes: [UInt8]
  private(set) var offset = 0
  private(set) var position = SourcePosition(line: 1, column: 1)
  /// Where a `\u0000` escape was seen: a NUL would cut the string short on its way through C.
  private(set) var escapedNUL: SourcePosition?

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

  mutating func skip(while isWanted: (UInt8) -> Bool) {
    while let byte = peek(), isWanted(byte) { advance() }
  }

  mutating func skipBlanks() {
    skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }

  mutating func skipRestOfLine() {
    skip { $0 != UInt8(ascii: "\n") }
    advance()
  }

  /// Blanks, line ends and comments: what may stand between the elements of an array.
  mutating func skipBlanksLinesAndComments() {
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): advance()
      case UInt8(ascii: "#"): skipRestOfLine()
      default: return
      }
    }
  }

  /// Whether what stands here would end a value: a closing bracket, comma or comment, the end of
  /// the line, or a blank that is not TOML's.
  var isAtValueEnd: Bool {
    guard let byte = peek() else { return true }
    guard byte >= 0x80 else { return "]},# \t\u{0B}\u{0C}\r\n".utf8.contains(byte) }
    let scalar = String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self)
      .unicodeScalars.first
    return scalar.map { $0.properties.isWhitespace || Self.invisible.contains($0) } ?? false
  }

  private static let invisible: Set<Unicode.Scalar> = [
    "\u{180E}", "\u{200B}", "\u{2060}", "\u{FEFF}",
  ]

  mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    advance()
    return true
  }

  /// The text of the bytes from `start` to here.
  func text(from start: Int) -> String {
    String(decoding: bytes[start..<offset], as: UTF8.self)
  }
}

extension TOMLScanner {
  /// Reads a string of any of the four kinds, from its opening quote on, and answers its content.
  /// Without a closing quote it ends where the line (or, of many lines, the text) ends.
  mutating func string() -> String {
    guard let quote = peek() else { return "" }
    let isLiteral = quote == UInt8(ascii: "'")
    if peek(1) == quote, peek(2) == quote {
      advance(by: 3)
      return multiLineString(quote: quote, isLiteral: isLiteral)
    }
    advance()
    return singleLineString(quote: quote, isLiteral: isLiteral)
  }

  private mutating func singleLineString(quote: UInt8, isLiteral: Bool) -> String {
    var content: [UInt8] = []
    while let byte = peek(), byte != UInt8(ascii: "\n") {
      if take(quote) { break }
      appendNext(byte, to: &content, isLiteral: isLiteral)
    }
    return String(decoding: content, as: UTF8.self)
  }

  /// Up to two quotes may stand directly before the closing three (TOML 1.0.0, "String").
  private mutating func multiLineString(quote: UInt8, isLiteral: Bool) -> String {
    var content: [UInt8] = []
    while let byte = peek() {
      if byte == quote, peek(1) == quote, peek(2) == quote {
        advance(by: 3)
        for _ in 0..<2 where take(quote) { content.append(quote) }
        break
      }
      appendNext(byte, to: &content, isLiteral: isLiteral)
    }
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func appendNext(_ byte: UInt8, to content: inout [UInt8], isLiteral: Bool) {
    if !isLiteral, byte == UInt8(ascii: "\\") {
      content.append(contentsOf: escape())
    } else {
      content.append(byte)
      advance()
    }
  }

  /// The bytes that an escape stands for; one that TOML does not know stands for itself.
  private mutating func escape() -> [UInt8] {
    let start = position
    advance()
    guard let letter = peek() else { return [] }
    advance()
    switch letter {
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "u"): return scalar(digits: 4, from: start)
    case UInt8(ascii: "U"): return scalar(digits: 8, from: start)
    default: return [letter]
    }
  }

  private mutating func scalar(digits: Int, from start: SourcePosition) -> [UInt8] {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        return []
      }
      value = value << 4 | UInt32(digit)
      advance()
    }
    if value == 0 { escapedNUL = escapedNUL ?? start }
    guard let scalar = Unicode.Scalar(value) else { return [] }
    return Array(String(Character(scalar)).utf8)
  }
}
