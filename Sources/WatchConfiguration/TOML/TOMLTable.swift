/// A table while its document is read, with TOML's rules on what may be defined twice
/// (TOML 1.0.0, "Table" and "Keys"). A class: headers come back to tables made before.
final class TOMLTable {
  /// How it came to be, which decides what may still be added.
  enum Origin {
    /// By being on the way to another: `[a.b]` makes `a`; a later `[a]` may fill it.
    case implicit
    /// By its `[header]`, which cannot come again.
    case header
    /// By a dotted key of one table's lines; only those lines may add keys.
    case dotted
  }

  enum Member {
    case value(TOMLNode)
    case table(TOMLTable)
    case tables([TOMLTable])
  }

  private(set) var members: [String: Member] = [:]
  private(set) var keyPositions: [String: SourcePosition] = [:]
  private var origin: Origin
  private var position: SourcePosition

  init(origin: Origin, position: SourcePosition) {
    self.origin = origin
    self.position = position
  }

  private func add(_ member: Member, _ name: TOMLKeyName) {
    members[name.text] = member
    keyPositions[name.text] = name.position
  }

  private func addTable(_ name: TOMLKeyName, origin: Origin) -> TOMLTable {
    let table = TOMLTable(origin: origin, position: name.position)
    add(.table(table), name)
    return table
  }

  // MARK: Headers

  /// The table on the way of a header, made where there is none.
  func passing(_ name: TOMLKeyName) throws(TOMLSyntaxError) -> TOMLTable {
    switch members[name.text] {
    case nil: return addTable(name, origin: .implicit)
    case .table(let table)?: return table
    case .tables(let tables)?: return tables.last ?? addTable(name, origin: .implicit)
    case .value?: throw Self.hasAValue(name)
    }
  }

  /// The table that the header `[… name]` begins.
  func opening(_ name: TOMLKeyName) throws(TOMLSyntaxError) -> TOMLTable {
    switch members[name.text] {
    case nil: return addTable(name, origin: .header)
    case .table(let table)? where table.origin == .implicit:
      table.origin = .header
      table.position = name.position
      keyPositions[name.text] = name.position
      return table
    case .table(let table)?:
      throw TOMLSyntaxError(
        name.position,
        "the table \(quoted(name.text)) begins in line \(table.position.line) already; write these keys "
          + "there")
    case .tables?: throw Self.bothBrackets(name)
    case .value?: throw Self.hasAValue(name)
    }
  }

  /// The next table of the array that the header `[[… name]]` adds to.
  func appending(_ name: TOMLKeyName) throws(TOMLSyntaxError) -> TOMLTable {
    let table = TOMLTable(origin: .header, position: name.position)
    switch members[name.text] {
    case nil: add(.tables([table]), name)
    case .tables(var tables)?:
      members[name.text] = nil  // The array has one owner, and is not copied to grow.
      tables.append(table)
      members[name.text] = .tables(tables)
    case .table?: throw Self.bothBrackets(name)
    case .value?: throw Self.hasAValue(name)
    }
    return table
  }

  private static func hasAValue(_ name: TOMLKeyName) -> TOMLSyntaxError {
    TOMLSyntaxError(
      name.position, "\(quoted(name.text)) has a value above and cannot be a table too")
  }

  private static func bothBrackets(_ name: TOMLKeyName) -> TOMLSyntaxError {
    TOMLSyntaxError(
      name.position,
      "\(quoted(name.text)) stands in single brackets and in double ones; use one of the two")
  }

  // MARK: Keys

  /// The table on the way of a dotted key.
  func descending(_ name: TOMLKeyName) throws(TOMLSyntaxError) -> TOMLTable {
    switch members[name.text] {
    case nil: return addTable(name, origin: .dotted)
    case .table(let table)? where table.origin == .dotted: return table
    default: throw Self.isSetTwice(name)
    }
  }

  func set(_ name: TOMLKeyName, to value: TOMLNode) throws(TOMLSyntaxError) {
    guard members[name.text] == nil else { throw Self.isSetTwice(name) }
    add(.value(value), name)
  }

  private static func isSetTwice(_ name: TOMLKeyName) -> TOMLSyntaxError {
    TOMLSyntaxError(name.position, "\(quoted(name.text)) is set a second time; remove one")
  }

  // MARK: The finished tree

  /// - Parameter position: Where the value begins, where it is not its key or header.
  func node(keyPosition: SourcePosition, position: SourcePosition? = nil) -> TOMLNode {
    var content: [String: TOMLNode] = [:]
    for (name, member) in members {
      let key = keyPositions[name] ?? self.position
      switch member {
      case .value(let node): content[name] = node
      case .table(let table): content[name] = table.node(keyPosition: key)
      case .tables(let tables):
        let elements = tables.map { $0.node(keyPosition: $0.position) }
        content[name] = TOMLNode(content: .array(elements), keyPosition: key, position: key)
      }
    }
    return TOMLNode(
      content: .table(content), keyPosition: keyPosition, position: position ?? self.position)
  }
}

/// One name of a key, and where it is written.
struct TOMLKeyName {
  var text: String
  var position: SourcePosition
}
