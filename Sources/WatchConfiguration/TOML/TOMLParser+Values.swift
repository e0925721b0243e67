extension TOMLParser {
  /// The value that begins here, after any blanks.
  mutating func value(keyPosition: SourcePosition) throws(TOMLSyntaxError) -> TOMLNode {
    let position = scanner.position
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting else {
      throw TOMLSyntaxError(
        position, "arrays and tables are nested deeper than \(Self.maximumNesting) here")
    }
    let content: TOMLNode.Content =
      switch scanner.peek() {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): .string(try scanner.string())
      case UInt8(ascii: "["): .array(try array())
      case UInt8(ascii: "{"): try inlineTable(keyPosition: keyPosition)
      default: try scanner.bareValue()
      }
    return TOMLNode(content: content, keyPosition: keyPosition, position: position)
  }

  /// Elements may stand in many lines, with comments, and with a comma after the last.
  private mutating func array() throws(TOMLSyntaxError) -> [TOMLNode] {
    let start = scanner.position
    scanner.advance()
    var elements: [TOMLNode] = []
    while true {
      try scanner.skipBlanksLinesAndComments()
      if scanner.take(UInt8(ascii: "]")) { return elements }
      guard !scanner.isAtEnd else { throw Self.unclosedArray(start) }
      elements.append(try value(keyPosition: scanner.position))
      try scanner.skipBlanksLinesAndComments()
      if scanner.take(UInt8(ascii: ",")) || scanner.peek() == UInt8(ascii: "]") { continue }
      guard !scanner.isAtEnd else { throw Self.unclosedArray(start) }
      throw TOMLSyntaxError(
        scanner.position,
        "expected \",\" or the closing \"]\" of an array, found \(scanner.shown)")
    }
  }

  private static func unclosedArray(_ start: SourcePosition) -> TOMLSyntaxError {
    TOMLSyntaxError(start, "this array has no closing \"]\"")
  }

  /// All in one line, and without a comma after the last.
  private mutating func inlineTable(
    keyPosition: SourcePosition
  ) throws(TOMLSyntaxError) -> TOMLNode.Content {
    let table = TOMLTable(origin: .dotted, position: scanner.position)
    scanner.advance()
    scanner.skipBlanks()
    if scanner.take(UInt8(ascii: "}")) { return .table([:]) }
    repeat {
      scanner.skipBlanks()
      if scanner.peek() == UInt8(ascii: "}") {
        throw TOMLSyntaxError(scanner.position, "no \",\" can stand before this \"}\"")
      }
      try keyValue(in: table)
      scanner.skipBlanks()
    } while scanner.take(UInt8(ascii: ","))
    guard scanner.take(UInt8(ascii: "}")) else {
      throw TOMLSyntaxError(
        scanner.position,
        "a { … } table stands in one line and ends with \"}\", found \(scanner.shown); "
          + "use a [table] for more")
    }
    return table.node(keyPosition: keyPosition).content
  }
}
