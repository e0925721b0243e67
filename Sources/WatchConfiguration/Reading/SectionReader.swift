internal import TimeSeries

/// Which keys of a table the file gives, for checks of what they say together.
struct GivenKeys {
  /// Where the table itself is written.
  var position: SourcePosition
  var nodes: [String: TOMLNode]
  /// Keys whose value could not be read: checks that would compare it keep silent.
  var unsound: Set<String>

  func has(_ name: String) -> Bool { nodes[name] != nil }

  /// Where a key's value is written; the table's own place where the key is left out.
  func position(of name: String) -> SourcePosition { nodes[name]?.position ?? position }

  func keyPosition(of name: String) -> SourcePosition { nodes[name]?.keyPosition ?? position }

  func areSound(_ names: String...) -> Bool { unsound.isDisjoint(with: names) }

  /// Where the table `name` of this one, or the element at `index` of that array, is written.
  func element(_ index: Int, of name: String) -> GivenKeys? {
    guard case .array(let nodes)? = nodes[name]?.content, nodes.indices.contains(index) else {
      return nil
    }
    return GivenKeys(of: nodes[index])
  }

  func table(_ name: String) -> GivenKeys? { nodes[name].flatMap { GivenKeys(of: $0) } }

  init?(of node: TOMLNode, unsound: Set<String> = []) {
    guard case .table(let members) = node.content else { return nil }
    position = node.keyPosition
    nodes = members
    self.unsound = unsound
  }

  /// Tells that two keys say the same thing in two ways.
  func refuseBoth(_ first: String, _ second: String, log: inout DiagnosticLog) {
    guard has(first), has(second) else { return }
    let later = max(keyPosition(of: first), keyPosition(of: second))
    log.error(at: later, "\"\(first)\" and \"\(second)\" exclude each other; remove one")
  }
}

extension ConfigurationSection {
  /// Reads a table; nil only where `node` is none. All errors go to `log`.
  static func read(_ node: TOMLNode, header: String, log: inout DiagnosticLog) -> Self? {
    guard case .table(let members) = node.content else {
      log.error(at: node.keyPosition, notATable(node, header: header))
      return nil
    }
    var section = blank
    let keys = Self.keys
    var unsound: Set<String> = []
    for (name, member) in members {
      guard let key = keys.first(where: { $0.name == name }) else {
        log.error(at: member.keyPosition, unknown(name, member, in: header, known: keys))
        continue
      }
      if !key.read(member, &section, &log) { unsound.insert(name) }
    }
    for key in keys where key.isRequired && members[key.name] == nil {
      log.error(at: node.keyPosition, "\(header) lacks the key \"\(key.name)\": \(key.meaning)")
      unsound.insert(key.name)
    }
    if let given = GivenKeys(of: node, unsound: unsound) { section.check(given, log: &log) }
    return section
  }

  private static func notATable(_ node: TOMLNode, header: String) -> String {
    if case .array(let elements) = node.content, let first = elements.first,
      case .table = first.content
    {
      return "\(header) stands once; write it with single brackets"
    }
    return "expected the table \(header), found \(node.phraseWithoutText)"
  }

  private static func unknown(
    _ name: String, _ node: TOMLNode, in header: String, known: [KeySpecification<Self>]
  ) -> String {
    let names = known.map(\.name)
    let place = header.isEmpty ? "" : " in \(header)"
    if let near = NearestName.of(name, among: names) {
      return "unknown key \(quoted(name))\(place); did you mean \"\(near)\"?"
    }
    return "unknown key \(quoted(name))\(place); known are: \(names.joined(separator: ", "))"
  }
}
