/// Reads a document (TOML 1.0.0) into a tree of values, each with its place.
///
/// It is our own because a daemon reloads its configuration: whatever the file holds, the answer
/// is a tree or one placed error, without a crash, a leak, or a recursion without bound.
struct TOMLParser {
  /// Names in one dotted key; far more than any key of ours has.
  private static let maximumNames = 16
  /// Arrays and inline tables within each other.
  static let maximumNesting = 32

  var scanner: TOMLScanner
  var nesting = 0
  private let root: TOMLTable
  private var current: TOMLTable

  /// The root table.
  static func parse(_ text: String) throws(TOMLSyntaxError) -> TOMLNode {
    var parser = TOMLParser(text)
    return try parser.document()
  }

  private init(_ text: String) {
    scanner = TOMLScanner(text)
    root = TOMLTable(origin: .header, position: scanner.position)
    current = root
  }

  private mutating func document() throws(TOMLSyntaxError) -> TOMLNode {
    let start = scanner.position
    while true {
      try scanner.skipBlanksLinesAndComments()
      guard !scanner.isAtEnd else { return root.node(keyPosition: start) }
      if scanner.peek() == UInt8(ascii: "[") {
        try header()
      } else {
        try keyValue(in: current)
      }
      try endOfLine()
    }
  }

  private mutating func endOfLine() throws(TOMLSyntaxError) {
    scanner.skipBlanks()
    try scanner.skipComment()
    guard scanner.isAtLineEnd else {
      throw TOMLSyntaxError(
        scanner.position,
        "nothing but a comment can follow in this line, found \(scanner.shown); "
          + "a text value stands in quotes")
    }
  }

  // MARK: Headers and keys

  private mutating func header() throws(TOMLSyntaxError) {
    scanner.advance()
    let isArray = scanner.take(UInt8(ascii: "["))
    let names = try dottedKey()
    for _ in 0..<(isArray ? 2 : 1) {
      guard scanner.take(UInt8(ascii: "]")) else {
        let brackets = isArray ? "[[table]]" : "[table]"
        throw TOMLSyntaxError(
          scanner.position, "a \(brackets) line must close its brackets, found \(scanner.shown)")
      }
    }
    var table = root
    for name in names.dropLast() { table = try table.passing(name) }
    guard let last = names.last else { return }
    current = try isArray ? table.appending(last) : table.opening(last)
  }

  /// `key = value` of a line or of an inline table.
  mutating func keyValue(in table: TOMLTable) throws(TOMLSyntaxError) {
    let names = try dottedKey()
    guard scanner.take(UInt8(ascii: "=")) else {
      throw TOMLSyntaxError(
        scanner.position, "expected \"=\" after the key, found \(scanner.shown)")
    }
    scanner.skipBlanks()
    guard let last = names.last else { return }
    let value = try value(keyPosition: last.position)
    var table = table
    for name in names.dropLast() { table = try table.descending(name) }
    try table.set(last, to: value)
  }

  /// `a.b."c.d"` with the blanks around it; at least one name.
  private mutating func dottedKey() throws(TOMLSyntaxError) -> [TOMLKeyName] {
    var names: [TOMLKeyName] = []
    repeat {
      scanner.skipBlanks()
      let name = try simpleKey()
      names.append(name)
      guard names.count <= Self.maximumNames else {
        throw TOMLSyntaxError(
          name.position, "a key with more than \(Self.maximumNames) names is none of LeakWatch's")
      }
      scanner.skipBlanks()
    } while scanner.take(UInt8(ascii: "."))
    return names
  }

  private mutating func simpleKey() throws(TOMLSyntaxError) -> TOMLKeyName {
    let position = scanner.position
    if let quote = scanner.peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      return TOMLKeyName(text: try scanner.singleLineString(quote: quote), position: position)
    }
    let text = scanner.take(while: Self.isBareKeyByte)
    guard !text.isEmpty else {
      throw TOMLSyntaxError(
        position,
        "expected a key here (letters, digits, \"_\" and \"-\", or any text in quotes), "
          + "found \(scanner.shown)")
    }
    return TOMLKeyName(text: text, position: position)
  }

  private static func isBareKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
