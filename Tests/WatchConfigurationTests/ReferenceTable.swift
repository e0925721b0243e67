@testable import WatchConfiguration

/// The tables of docs/configuration.md as they must be, from the keys in the code.
enum ReferenceTable {
  static let head = [
    "| Key | Type | Default | Range | Meaning |", "|---|---|---|---|---|",
  ]

  static func lines(of section: SectionReference) -> [String] {
    head + section.keys.map(row)
  }

  /// The heading above a section's table.
  static func heading(of section: SectionReference) -> String {
    section.header.isEmpty ? "## Top level" : "## `\(section.header)`"
  }

  private static func row(_ key: KeyReference) -> String {
    let presence =
      switch key.presence {
      case .required: "*required*"
      case .defaults(let literal): "`\(literal)`"
      case .absent(let effect): "*\(effect)*"
      }
    let cells = ["`\(key.name)`", key.typeName, presence, key.range, capitalised(key.meaning)]
    return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
  }

  static func capitalised(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }
}
