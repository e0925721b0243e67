/// A value of a TOML document and where it is written.
struct TOMLNode: Equatable {
  enum Content: Equatable {
    case string(String)
    case integer(Int)
    case float(Double)
    case boolean(Bool)
    /// A date, a time or both: TOML has them, no key of LeakWatch takes them.
    case dateOrTime
    case array([TOMLNode])
    case table([String: TOMLNode])
  }

  var content: Content
  var keyPosition: SourcePosition
  var position: SourcePosition

  /// What was found, for "expected …, found …".
  var phrase: String {
    if case .string(let text) = content { "the string \(quoted(text))" } else { phraseWithoutText }
  }

  var isTable: Bool { if case .table = content { true } else { false } }

  /// The same where a string may be a password that was put in the wrong place.
  var phraseWithoutText: String {
    switch content {
    case .string: "a string"
    case .integer(let number): "the integer \(number)"
    case .float(let number): "the number \(number)"
    case .boolean(let value): "the boolean \(value)"
    case .dateOrTime: "a date or time"
    case .array(let elements): elements.isEmpty ? "an empty array" : "an array"
    case .table: "a table"
    }
  }
}

/// A text of the user's as it is shown in a message: in quotes, on one line, cut where it is long.
func quoted(_ text: String) -> String {
  let limit = 80
  var shown = "\""
  for scalar in text.unicodeScalars.prefix(limit) {
    switch scalar {
    case "\"": shown += "\\\""
    case "\\": shown += "\\\\"
    case "\n": shown += "\\n"
    case "\t": shown += "\\t"
    default:
      let isControl = scalar.properties.generalCategory == .control
      shown += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
  }
  return shown + (text.unicodeScalars.count > limit ? "…\"" : "\"")
}
