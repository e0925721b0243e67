/// What the documentation says of one key.
struct KeyReference: Equatable {
  var name: String
  var typeName: String
  var range: String
  var presence: KeyPresence
  var meaning: String
}

/// What the documentation says of one table of the file.
struct SectionReference: Equatable {
  /// "[cgroups]", "[[exporter]]", "[exporter.tls]"; empty for the file's top level.
  var header: String
  var meaning: String
  var keys: [KeyReference]
}

extension ConfigurationSection {
  /// This table and the ones below it, in the order of the file.
  static func references(header: String, meaning: String) -> [SectionReference] {
    let keys = Self.keys
    let own = SectionReference(
      header: header, meaning: meaning,
      keys: keys.map {
        KeyReference(
          name: $0.name, typeName: $0.typeName, range: $0.range, presence: $0.presence(),
          meaning: $0.meaning)
      })
    return [own] + keys.flatMap { $0.sections() }
  }
}

extension Configuration {
  /// Every key that the file may have: what the reference and the example file are tested against.
  static var references: [SectionReference] {
    references(header: "", meaning: "the file itself")
  }
}
