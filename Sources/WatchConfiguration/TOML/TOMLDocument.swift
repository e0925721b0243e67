private import TOMLKit

/// The one place that knows TOMLKit: text to a tree of values with their positions.
enum TOMLDocument {
  /// A text that is not TOML; `message` in words for the person who wrote it.
  struct SyntaxError: Error, Equatable {
    var position: SourcePosition
    var message: String
  }

  /// The root table.
  static func parse(_ text: String) throws(SyntaxError) -> TOMLNode {
    if let nul = text.utf8.firstIndex(of: 0) {
      throw SyntaxError(position: position(of: nul, in: text), message: Self.nulMessage)
    }
    let locator = KeyLocator(text)
    try check(locator)
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch {
      throw syntaxError(error, in: text)
    }
    // TOMLKit never frees a table: without this every reload would cost the file's size.
    defer { table.clear() }
    if let nul = locator.escapedNUL {
      throw SyntaxError(position: nul, message: Self.nulMessage)
    }
    return node(TOMLValue(table), at: [], locator: locator)
  }

  /// Refuses what the parser would not survive. None of it is in valid TOML that could be ours.
  private static func check(_ locator: KeyLocator) throws(SyntaxError) {
    if let place = locator.namelessHeader {
      let names = "letters, digits, \"_\" and \"-\", or any text in quotes"
      throw SyntaxError(position: place, message: "expected the name of a table here: \(names)")
    }
    if let place = locator.missingValue {
      throw SyntaxError(
        position: place, message: "a value must stand here, after plain spaces if any")
    }
    if let place = locator.overlongKey {
      let limit = KeyLocator.maximumDepth
      let message = "a key with more than \(limit) names is none of LeakWatch's"
      throw SyntaxError(position: place, message: message)
    }
  }

  private static let nulMessage = "a NUL character cannot stand in the configuration; remove it"

  private static func position(of index: String.Index, in text: String) -> SourcePosition {
    let before = text[..<index].unicodeScalars
    let line = before.count { $0 == "\n" } + 1
    let column = before.reversed().prefix { $0 != "\n" }.count + 1
    return SourcePosition(line: line, column: column)
  }

  private static func syntaxError(_ error: any Error, in text: String) -> SyntaxError {
    guard let error = error as? TOMLParseError else {
      let start = SourcePosition(line: 1, column: 1)
      return SyntaxError(position: start, message: "this is not TOML: \(error)")
    }
    let place = error.source.begin
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = lines.indices.contains(place.line - 1) ? lines[place.line - 1] : ""
    let wording = SyntaxErrorWording(parserMessage: error.description, line: line)
    return SyntaxError(
      position: SourcePosition(line: max(1, place.line), column: max(1, place.column)),
      message: wording.message)
  }

  /// Tables and arrays below the depth that any key of ours has are read as empty.
  private static func node(
    _ value: TOMLValue, at path: TOMLPath, locator: KeyLocator
  ) -> TOMLNode {
    let location = locator.location(of: path)
    return TOMLNode(
      content: content(value, at: path, locator: locator), keyPosition: location.key,
      position: location.value)
  }

  private static func content(
    _ value: TOMLValue, at path: TOMLPath, locator: KeyLocator
  ) -> TOMLNode.Content {
    switch value.type {
    case .string: .string(value.string ?? "")
    case .int: .integer(value.int ?? 0)
    case .double: .float(value.double ?? .nan)
    case .bool: .boolean(value.bool ?? false)
    case .date, .time, .dateTime: .dateOrTime
    case .array: .array(elements(value, at: path, locator: locator))
    case .table: .table(members(value, at: path, locator: locator))
    }
  }

  private static func elements(
    _ value: TOMLValue, at path: TOMLPath, locator: KeyLocator
  ) -> [TOMLNode] {
    guard path.count < KeyLocator.maximumDepth, let array = value.array else { return [] }
    return (0..<array.count).map { index in
      node(array[index].tomlValue, at: path + [.index(index)], locator: locator)
    }
  }

  private static func members(
    _ value: TOMLValue, at path: TOMLPath, locator: KeyLocator
  ) -> [String: TOMLNode] {
    guard path.count < KeyLocator.maximumDepth, let table = value.table else { return [:] }
    var members: [String: TOMLNode] = [:]
    for key in table.keys {
      guard let member = table[key] else { continue }
      members[key] = node(member.tomlValue, at: path + [.key(key)], locator: locator)
    }
    return members
  }
}
