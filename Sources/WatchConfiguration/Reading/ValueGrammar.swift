/// How values of one kind are read from TOML, written as TOML, and named in the documentation.
struct ValueGrammar<Value> {
  /// "duration", "boolean", …
  var typeName: String
  /// Which values are allowed, for people; empty where all of the type are.
  var range: String
  /// Answers nil once it has said why not.
  var read: (TOMLNode, inout DiagnosticLog) -> Value?
  /// The value as it would stand in the file.
  var write: (Value) -> String
}

extension ValueGrammar {
  /// A value that TOML writes as a string.
  static func text(
    _ typeName: String, expected: String, range: String = "",
    parse: @escaping (String) throws(ValueProblem) -> Value,
    write: @escaping (Value) -> String
  ) -> ValueGrammar {
    ValueGrammar(typeName: typeName, range: range) { node, log in
      guard case .string(let text) = node.content else {
        log.error(at: node.position, "expected \(expected), found \(node.phrase)")
        return nil
      }
      do throws(ValueProblem) {
        return try parse(text)
      } catch {
        log.error(at: node.position, error.message)
        return nil
      }
    } write: {
      "\"\(write($0))\""
    }
  }

  /// An array, each element of this kind. Every bad element is told.
  func list(atMost limit: Int = 1000) -> ValueGrammar<[Value]> {
    let element = self
    return ValueGrammar<[Value]>(typeName: "array of \(typeName)s", range: range) { node, log in
      guard case .array(let nodes) = node.content else {
        log.error(
          at: node.position,
          "expected an array of \(element.typeName)s, found \(node.phraseWithoutText)")
        return nil
      }
      guard nodes.count <= limit else {
        log.error(at: nodes[limit].position, "at most \(limit) may stand here")
        return nil
      }
      let values = nodes.map { element.read($0, &log) }
      return values.contains { $0 == nil } ? nil : values.compactMap { $0 }
    } write: {
      "[" + $0.map(element.write).joined(separator: ", ") + "]"
    }
  }

  /// A table of names that the user chooses, each with a value of this kind, in the order of the
  /// names. `checkName` says why a name cannot be, or answers nil.
  func map(
    of names: String, checkName: @escaping (String) -> String?
  ) -> ValueGrammar<[(name: String, value: Value)]> {
    let element = self
    return ValueGrammar<[(name: String, value: Value)]>(
      typeName: "table of \(names) to \(typeName)", range: range
    ) { node, log in
      guard case .table(let members) = node.content else {
        log.error(at: node.position, "expected a table, found \(node.phraseWithoutText)")
        return nil
      }
      var pairs: [(name: String, value: Value)] = []
      for (name, member) in members.sorted(by: { $0.key < $1.key }) {
        if let problem = checkName(name) {
          log.error(at: member.keyPosition, problem)
        } else if let value = element.read(member, &log) {
          pairs.append((name, value))
        }
      }
      return pairs.count == members.count ? pairs : nil
    } write: { _ in
      "{}"
    }
  }

  /// The same value in another shape.
  func mapped<Other>(
    to shape: @escaping (Value) -> Other, from unshape: @escaping (Other) -> Value
  ) -> ValueGrammar<Other> {
    let grammar = self
    return ValueGrammar<Other>(typeName: typeName, range: range) { node, log in
      grammar.read(node, &log).map(shape)
    } write: {
      grammar.write(unshape($0))
    }
  }
}
