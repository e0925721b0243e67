/// One key of a section: all that reading, `check-config` and the documentation need of it.
struct KeySpecification<Section> {
  var name: String
  var typeName: String
  var range: String
  var isRequired = false
  /// For the reference alone, and made when it is asked for: files are read far more often.
  var presence: () -> KeyPresence
  /// What it does, in a sentence for the reference.
  var meaning: String
  /// The table's own keys, where it is a table with fixed ones.
  var sections: () -> [SectionReference] = { [] }
  /// Answers whether the value was sound.
  var read: (TOMLNode, inout Section, inout DiagnosticLog) -> Bool
}

/// What holds where a key is left out.
enum KeyPresence: Equatable {
  case required
  /// The default as it would stand in the file.
  case defaults(String)
  /// What happens then, in a few words.
  case absent(String)
}

/// A table of the file: its keys are read through `keys`, and what they say together is checked.
protocol ConfigurationSection {
  /// The defaults; keys that are required hold nothing of use.
  static var blank: Self { get }
  static var keys: [KeySpecification<Self>] { get }
  /// Tells what the keys do wrong together, and settles defaults that depend on other keys.
  mutating func check(_ given: GivenKeys, log: inout DiagnosticLog)
}

extension ConfigurationSection {
  func check(_ given: GivenKeys, log: inout DiagnosticLog) {}
}

extension KeySpecification where Section: ConfigurationSection {
  /// A key with a default.
  static func value<Value>(
    _ name: String, _ path: WritableKeyPath<Section, Value>, _ grammar: ValueGrammar<Value>,
    _ meaning: String
  ) -> KeySpecification {
    KeySpecification(
      name: name, typeName: grammar.typeName, range: grammar.range,
      presence: { .defaults(grammar.write(Section.blank[keyPath: path])) }, meaning: meaning
    ) { node, section, log in
      grammar.read(node, &log).map { section[keyPath: path] = $0 } != nil
    }
  }

  /// A key that must be there.
  static func required<Value>(
    _ name: String, _ path: WritableKeyPath<Section, Value>, _ grammar: ValueGrammar<Value>,
    _ meaning: String
  ) -> KeySpecification {
    var key = value(name, path, grammar, meaning)
    key.isRequired = true
    key.presence = { .required }
    return key
  }

  /// A key that may be left out; `absent` says what holds then.
  static func optional<Value>(
    _ name: String, _ path: WritableKeyPath<Section, Value?>, _ grammar: ValueGrammar<Value>,
    absent: String, _ meaning: String
  ) -> KeySpecification {
    KeySpecification(
      name: name, typeName: grammar.typeName, range: grammar.range, presence: { .absent(absent) },
      meaning: meaning
    ) { node, section, log in
      grammar.read(node, &log).map { section[keyPath: path] = $0 } != nil
    }
  }

  /// A table that stands once.
  static func table<Nested: ConfigurationSection>(
    _ name: String, _ path: WritableKeyPath<Section, Nested>, header: String, _ meaning: String
  ) -> KeySpecification {
    KeySpecification(
      name: name, typeName: "table", range: "", presence: { .absent("its defaults") },
      meaning: meaning, sections: { Nested.references(header: header, meaning: meaning) }
    ) { node, section, log in
      let errorsBefore = log.errorCount
      Nested.read(node, header: header, log: &log).map { section[keyPath: path] = $0 }
      return log.errorCount == errorsBefore
    }
  }

  /// A table that may be left out as a whole.
  static func optionalTable<Nested: ConfigurationSection>(
    _ name: String, _ path: WritableKeyPath<Section, Nested?>, header: String, absent: String,
    _ meaning: String
  ) -> KeySpecification {
    KeySpecification(
      name: name, typeName: "table", range: "", presence: { .absent(absent) }, meaning: meaning,
      sections: { Nested.references(header: header, meaning: meaning) }
    ) { node, section, log in
      let errorsBefore = log.errorCount
      Nested.read(node, header: header, log: &log).map { section[keyPath: path] = $0 }
      return log.errorCount == errorsBefore
    }
  }

  /// A table that may stand any number of times.
  static func tables<Nested: ConfigurationSection>(
    _ name: String, _ path: WritableKeyPath<Section, [Nested]>, absent: String, _ meaning: String
  ) -> KeySpecification {
    let header = "[[\(name)]]"
    return KeySpecification(
      name: name, typeName: "array of tables", range: "", presence: { .absent(absent) },
      meaning: meaning, sections: { Nested.references(header: header, meaning: meaning) }
    ) { node, section, log in
      guard case .array(let nodes) = node.content else {
        let found = node.isTable ? "it may stand many times" : "found \(node.phraseWithoutText)"
        log.error(at: node.keyPosition, "write \(header) with double brackets; \(found)")
        return false
      }
      section[keyPath: path] = nodes.compactMap { Nested.read($0, header: header, log: &log) }
      return section[keyPath: path].count == nodes.count
    }
  }
}

extension KeySpecification {
  /// The same key of a section that holds this one's.
  func lifted<Outer>(_ path: WritableKeyPath<Outer, Section>) -> KeySpecification<Outer> {
    KeySpecification<Outer>(
      name: name, typeName: typeName, range: range, isRequired: isRequired, presence: presence,
      meaning: meaning, sections: sections
    ) { node, outer, log in
      read(node, &outer[keyPath: path], &log)
    }
  }
}
