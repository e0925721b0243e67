/// What nodes of a heap snapshot are called.
enum SnapshotNames {
  /// Whether nodes of this type are told apart by their names.
  static func isNamed(_ type: String?) -> Bool { type == "object" || type == "native" }

  /// As DevTools' summary names it.
  static func constructor(_ type: String, _ name: String) -> String {
    switch type {
    case "object", "native": name.isEmpty ? "(\(type))" : name
    case "hidden": "(system)"
    case "code": "(compiled code)"
    case "closure": "Function"
    case "regexp": "RegExp"
    default: "(\(type))"
    }
  }
}
