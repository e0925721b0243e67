/// Numbers, booleans and dates: the values without quotes.
extension TOMLScanner {
  mutating func bareValue() throws(TOMLSyntaxError) -> TOMLNode.Content {
    let start = position
    var word = take(while: Self.isBareValueByte)
    guard !word.isEmpty else {
      throw TOMLSyntaxError(start, "a value is missing here, found \(shown)")
    }
    if TOMLDate.isDate(word) {
      word += clockTimeAfterSpace()
      guard TOMLDate.isDateOrTime(word) else { throw TOMLBareWord(word).error(at: start) }
      return .dateOrTime
    }
    guard let content = TOMLNumber.content(of: word) else {
      throw TOMLBareWord(word).error(at: start)
    }
    return content
  }

  /// " 07:32:00" after a date belongs to it (RFC 3339 allows a space for the "T").
  private mutating func clockTimeAfterSpace() -> String {
    guard peek() == UInt8(ascii: " "), let next = peek(1),
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next)
    else { return "" }
    advance()
    return "T" + take(while: Self.isBareValueByte)
  }

  private static func isBareValueByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "#"): false
    default: byte > UInt8(ascii: " ") && byte != 0x7F
    }
  }
}

/// What is meant by a word that is no value.
struct TOMLBareWord {
  private let word: String

  init(_ word: String) {
    self.word = word
  }

  /// An address or a long word is not repeated: it may be a key.
  func error(at position: SourcePosition) -> TOMLSyntaxError {
    TOMLSyntaxError(position, message)
  }

  private static let booleans = [
    "yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false",
  ]

  private var message: String {
    if word.contains("://") { return "a URL must stand in quotes" }
    if word.hasPrefix("=") { return "one \"=\" is enough" }
    if let value = Self.booleans[word.lowercased()] {
      return "\(quoted(word)) is not a value; write \(value)"
    }
    if let first = word.first, "“”‘’„«`".contains(first) {
      return "\(quoted(String(first))) does not begin a string; use \" instead"
    }
    if let first = word.unicodeScalars.first, first.properties.isWhitespace || !first.isASCII,
      word.unicodeScalars.dropFirst().first == "\"" || first.properties.isWhitespace
    {
      return "an unusual blank stands before this value; use a plain space"
    }
    if word.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F || $0 == 0x2B || $0 == 0x2D }
    ) {
      return "\(quoted(word)) is not a number: it begins with a zero, has a stray \"_\", "
        + "or is too large"
    }
    let shown = word.utf8.count > 20 ? "this" : quoted(word)
    return "\(shown) is not a value; a text, duration or size must stand in quotes"
  }
}
