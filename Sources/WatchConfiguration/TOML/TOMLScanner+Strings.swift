/// The four kinds of string (TOML 1.0.0, "String").
extension TOMLScanner {
  /// Reads a string from its opening quote on and answers its content.
  mutating func string() throws(TOMLSyntaxError) -> String {
    guard let quote = peek() else { return "" }
    if peek(1) == quote, peek(2) == quote {
      return try multiLineString(quote: quote)
    }
    return try singleLineString(quote: quote)
  }

  /// The string of one line that begins here: what a quoted key must be.
  mutating func singleLineString(quote: UInt8) throws(TOMLSyntaxError) -> String {
    let start = position
    advance()
    var content: [UInt8] = []
    while !take(quote) {
      guard !isAtLineEnd else {
        throw TOMLSyntaxError(start, "this string has no closing quote in its line")
      }
      try appendNext(to: &content, quote: quote)
    }
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func multiLineString(quote: UInt8) throws(TOMLSyntaxError) -> String {
    let start = position
    advance(by: 3)
    if !isAtEnd, isAtLineEnd { takeLineEnd() }
    var content: [UInt8] = []
    while !takeClosingQuotes(quote, content: &content) {
      guard !isAtEnd else {
        throw TOMLSyntaxError(start, "this string has no closing three quotes")
      }
      if isAtLineEnd {
        takeLineEnd()
        content.append(UInt8(ascii: "\n"))
      } else if quote == UInt8(ascii: "\""), isLineContinuation {
        skipLineContinuation()
      } else {
        try appendNext(to: &content, quote: quote)
      }
    }
    return String(decoding: content, as: UTF8.self)
  }

  /// Takes the closing three quotes; up to two more directly before them are content.
  private mutating func takeClosingQuotes(_ quote: UInt8, content: inout [UInt8]) -> Bool {
    guard peek() == quote, peek(1) == quote, peek(2) == quote else { return false }
    advance(by: 3)
    for _ in 0..<2 where take(quote) { content.append(quote) }
    return true
  }

  /// A "\" with nothing but blanks after it in its line.
  private var isLineContinuation: Bool {
    guard peek() == UInt8(ascii: "\\") else { return false }
    var ahead = self
    ahead.advance()
    ahead.skipBlanks()
    return !ahead.isAtEnd && ahead.isAtLineEnd
  }

  private mutating func skipLineContinuation() {
    advance()
    repeat {
      skipBlanks()
      guard !isAtEnd, isAtLineEnd else { return }
      takeLineEnd()
    } while true
  }

  private mutating func appendNext(
    to content: inout [UInt8], quote: UInt8
  ) throws(TOMLSyntaxError) {
    guard let byte = peek() else { return }
    if quote == UInt8(ascii: "\""), byte == UInt8(ascii: "\\") {
      content.append(contentsOf: try escape())
    } else {
      try advanceOverText(in: "a string")
      content.append(byte)
    }
  }

  private mutating func escape() throws(TOMLSyntaxError) -> [UInt8] {
    let start = position
    advance()
    let letter = peek() ?? 0
    if !isAtLineEnd { advance() }
    switch letter {
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [letter]
    case UInt8(ascii: "u"): return try scalar(digits: 4, from: start)
    case UInt8(ascii: "U"): return try scalar(digits: 8, from: start)
    default:
      throw TOMLSyntaxError(
        start,
        "a \"\\\" in a string begins an escape, and this is none; write \"\\\\\", "
          + "or put the text in single quotes")
    }
  }

  private mutating func scalar(
    digits: Int, from start: SourcePosition
  ) throws(TOMLSyntaxError) -> [UInt8] {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw TOMLSyntaxError(start, "this escape needs \(digits) hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      advance()
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw TOMLSyntaxError(start, "this escape names no Unicode character")
    }
    return Array(String(Character(scalar)).utf8)
  }
}
