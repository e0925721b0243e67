/// Finds where each key and value of a TOML document is written, for messages that point at it.
///
/// The document's meaning comes from the parser, which tells no positions; this reads the same
/// text once more for them alone. It is only exact for text that the parser has accepted, and
/// ends without a crash for any other.
struct KeyLocator {
  struct Location: Hashable, Sendable {
    /// The name, in a `key = value` line or a `[header]`; for an element of an array the element.
    var key: SourcePosition
    /// The first character of the value; for a table its header's name or opening brace.
    var value: SourcePosition
  }

  /// Deeper than any key that LeakWatch knows; what is below has its ancestor's location.
  static let maximumDepth = 12
  /// The parser's own bound on nested arrays and inline tables is 256.
  private static let maximumNesting = 300

  private(set) var locations: [TOMLPath: Location] = [:]
  private(set) var escapedNUL: SourcePosition?
  /// The first dotted key with more names than the depth that is kept. The parser recurses into
  /// such keys without a bound of its own, and would run out of stack.
  private(set) var overlongKey: SourcePosition?
  /// The first `[header]` whose name does not begin as one can: the parser aborts on "[é]".
  private(set) var namelessHeader: SourcePosition?
  /// The first place where a value must begin and something stands that ends one: the parser
  /// aborts on "a = }", and on a no-break space before a value.
  private(set) var missingValue: SourcePosition?

  private var scanner: TOMLScanner
  /// How many `[[headers]]` each array of tables has had.
  private var tableCounts: [TOMLPath: Int] = [:]
  private var currentTable: TOMLPath = []
  private var nesting = 0

  init(_ text: String) {
    scanner = TOMLScanner(text)
    while !scanner.isAtEnd { statement() }
    escapedNUL = scanner.escapedNUL
  }

  /// Where `path` is written; of a path that is not, the nearest ancestor's place.
  func location(of path: TOMLPath) -> Location {
    var path = path
    while !path.isEmpty {
      if let location = locations[path] { return location }
      path.removeLast()
    }
    let start = SourcePosition(line: 1, column: 1)
    return Location(key: start, value: start)
  }

  // MARK: Statements

  private mutating func statement() {
    scanner.skipBlanksLinesAndComments()
    guard let byte = scanner.peek() else { return }
    if byte == UInt8(ascii: "[") {
      header()
    } else {
      keyValue(in: currentTable)
    }
    scanner.skipRestOfLine()
  }

  private mutating func header() {
    scanner.advance()
    let isArray = scanner.take(UInt8(ascii: "["))
    let names = dottedKey()
    guard !names.isEmpty else {
      namelessHeader = namelessHeader ?? scanner.position
      return
    }
    currentTable = []
    for (place, name) in names.enumerated() {
      currentTable.append(.key(name.text))
      let isLast = place == names.count - 1
      note(currentTable, key: name.position, value: name.position, replaces: isLast && !isArray)
      if isLast, isArray { tableCounts[currentTable, default: 0] += 1 }
      guard let count = tableCounts[currentTable] else { continue }
      currentTable.append(.index(count - 1))
      if isLast { note(currentTable, key: name.position, value: name.position, replaces: true) }
    }
  }

  /// `key = value`, with its key's path taken from `table`.
  private mutating func keyValue(in table: TOMLPath) {
    let names = dottedKey()
    guard !names.isEmpty, scanner.take(UInt8(ascii: "=")) else { return }
    scanner.skipBlanks()
    let start = scanner.position
    var path = table
    for (place, name) in names.enumerated() {
      path.append(.key(name.text))
      let isLast = place == names.count - 1
      note(path, key: name.position, value: isLast ? start : name.position, replaces: isLast)
    }
    value(at: path)
  }

  private mutating func note(
    _ path: TOMLPath, key: SourcePosition, value: SourcePosition, replaces: Bool
  ) {
    guard path.count <= Self.maximumDepth, replaces || locations[path] == nil else { return }
    locations[path] = Location(key: key, value: value)
  }

  // MARK: Keys

  private typealias KeyName = (text: String, position: SourcePosition)

  /// `a.b."c.d"`, with the blanks after it; empty where no key stands here. Names beyond the
  /// depth that is kept are read but not answered.
  private mutating func dottedKey() -> [KeyName] {
    var names: [KeyName] = []
    repeat {
      scanner.skipBlanks()
      guard let name = simpleKey() else { return names }
      if names.count < Self.maximumDepth {
        names.append(name)
      } else {
        overlongKey = overlongKey ?? name.position
      }
      scanner.skipBlanks()
    } while scanner.take(UInt8(ascii: "."))
    return names
  }

  private mutating func simpleKey() -> KeyName? {
    let position = scanner.position
    guard let byte = scanner.peek() else { return nil }
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
      return (scanner.string(), position)
    }
    let start = scanner.offset
    scanner.skip(while: Self.isBareKeyByte)
    return scanner.offset > start ? (scanner.text(from: start), position) : nil
  }

  private static func isBareKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  // MARK: Values

  /// Steps over a value, noting what is inside of it.
  private mutating func value(at path: TOMLPath) {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting, let byte = scanner.peek() else { return }
    if scanner.isAtValueEnd { missingValue = missingValue ?? scanner.position }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = scanner.string()
    case UInt8(ascii: "["): array(at: path)
    case UInt8(ascii: "{"): inlineTable(at: path)
    default: scanner.skip(while: Self.isScalarByte)
    }
  }

  private mutating func array(at path: TOMLPath) {
    scanner.advance()
    var index = 0
    while true {
      scanner.skipBlanksLinesAndComments()
      guard let byte = scanner.peek(), byte != UInt8(ascii: "]") else { break }
      let element = path + [.index(index)]
      note(element, key: scanner.position, value: scanner.position, replaces: true)
      let before = scanner.offset
      value(at: element)
      scanner.skipBlanksLinesAndComments()
      if !scanner.take(UInt8(ascii: ",")), scanner.offset == before { return }
      index += 1
    }
    _ = scanner.take(UInt8(ascii: "]"))
  }

  private mutating func inlineTable(at path: TOMLPath) {
    scanner.advance()
    while true {
      scanner.skipBlanks()
      guard let byte = scanner.peek(), byte != UInt8(ascii: "}") else { break }
      let before = scanner.offset
      keyValue(in: path)
      scanner.skipBlanks()
      if !scanner.take(UInt8(ascii: ",")), scanner.offset == before { return }
    }
    _ = scanner.take(UInt8(ascii: "}"))
  }

  /// A number, boolean or date ends where the line, the list or a comment does.
  private static func isScalarByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "#"),
      UInt8(ascii: "\n"):
      false
    default: true
    }
  }
}
