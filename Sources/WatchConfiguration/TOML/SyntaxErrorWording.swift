/// Says a syntax error in the words of someone who writes a file, where the parser's are those of
/// someone who writes a parser.
struct SyntaxErrorWording {
  /// What the parser was reading: "string", "inline table", "decimal integer", …
  private let context: String
  /// What it did not like.
  private let detail: String
  /// The line at fault from its "=" on, without blanks around; "" where it has none.
  private let valueText: Substring

  /// - Parameters:
  ///   - parserMessage: "Error while parsing <context>: <detail>", as toml++ writes it.
  ///   - line: The text of the line at fault.
  init(parserMessage: String, line: Substring) {
    let prefix = "Error while parsing "
    let text = parserMessage.hasPrefix(prefix) ? parserMessage.dropFirst(prefix.count) : ""
    if let colon = text.firstRange(of: ": ") {
      context = String(text[..<colon.lowerBound])
      detail = String(text[colon.upperBound...])
    } else {
      context = ""
      detail = parserMessage
    }
    let afterEquals = line.firstIndex(of: "=").map { line[line.index(after: $0)...] } ?? ""
    valueText = afterEquals.drop { $0 == " " || $0 == "\t" }
  }

  var message: String {
    switch context {
    case "string", "unicode scalar sequence": stringMessage
    case "table header": headerMessage
    case "key-value pair": pairMessage
    case "array": arrayMessage
    case "inline table": inlineTableMessage
    case "root table": "expected a key or a [table] here, \(seen)"
    default: valueMessage
    }
  }

  private var isAtEnd: Bool { detail.contains("end-of-file") || detail.contains("EOF") }

  /// "saw 'x'" as a clause; "" is never answered.
  private var seen: String {
    guard let range = detail.firstRange(of: "saw ") else { return "the file ends" }
    return "found \(detail[range.upperBound...])"
  }

  private var fallback: String {
    "not valid TOML in this \(context.isEmpty ? "place" : context): \(detail)"
  }

  private var stringMessage: String {
    if isAtEnd || detail.contains("control characters") {
      return "this string has no closing quote, or holds a raw control character"
    }
    if detail.hasPrefix("unknown escape sequence") || detail.contains("hex digit") {
      return "a \"\\\" in a string begins an escape, and this is none; "
        + "write \"\\\\\", or put the text in single quotes"
    }
    return fallback
  }

  private var headerMessage: String {
    if let name = quotedName, detail.hasPrefix("cannot redefine existing table") {
      return detail.hasSuffix("as array-of-tables")
        ? "\"\(name)\" stands as [\(name)] above and as [[\(name)]] here; use one of the two"
        : "the table [\(name)] stands twice; join both into one"
    }
    if let name = quotedName, detail.hasPrefix("cannot redefine existing array") {
      return "\"\(name)\" stands as [[\(name)]] above and as [\(name)] here; use one of the two"
    }
    if let name = quotedName, detail.hasPrefix("cannot redefine") {
      return "\"\(name)\" has a value above and cannot be a table too"
    }
    if detail.contains("blank bare keys") { return "the name between the brackets is missing" }
    if detail.hasPrefix("expected a comment") {
      return "nothing but a comment can follow a [table] in its line"
    }
    return "a [table] or [[table]] line must close its brackets"
  }

  private var pairMessage: String {
    if let name = quotedName, detail.hasPrefix("cannot redefine") {
      return "\"\(name)\" is set a second time; remove one"
    }
    if detail.hasPrefix("expected '='") { return "expected \"=\" after the key, \(seen)" }
    if detail.hasPrefix("expected a comment") {
      return "one key stands in a line, and a text value in quotes; \(seen) after the value"
    }
    if isAtEnd { return valueText.isEmpty ? "this key has no value" : "the file ends too early" }
    if detail.hasPrefix("expected value") { return valueMessage }
    return fallback
  }

  private var arrayMessage: String {
    if isAtEnd { return "this array has no closing \"]\"" }
    if detail.contains("saw comma") { return "an element is missing before this \",\"" }
    if detail.hasPrefix("expected comma") {
      return "the elements of an array are separated by \",\"; \(seen)"
    }
    return fallback
  }

  private var inlineTableMessage: String {
    if isAtEnd || detail.hasSuffix("'\\n'") {
      return "a { … } table stands in one line and ends with \"}\"; use a [table] for more"
    }
    if detail.contains("dangling comma") { return "no \",\" can stand before this \"}\"" }
    return fallback
  }

  /// A value without quotes that is no number, boolean or date.
  private var valueMessage: String {
    if detail.hasPrefix("leading zero") { return "a number cannot begin with a zero" }
    if detail.contains("64 bits") || detail.contains("length limit") {
      return "this number is too large"
    }
    if detail.contains("nested value depth") { return "these arrays are nested too deep" }
    let end = valueText.firstIndex { "#,]}\r".contains($0) } ?? valueText.endIndex
    let word = String(valueText[..<end]).trimmingBlanks
    if word.isEmpty { return "a value is missing here" }
    if word.contains("://") { return "a URL must stand in quotes" }
    if word.hasPrefix("=") { return "one \"=\" is enough" }
    if let replacement = Self.booleans[word.lowercased()] {
      return "\(quoted(word)) is not a value; write \(replacement)"
    }
    if let first = word.first, "“”‘’„«".contains(first) {
      return "typographic quotes do not begin a string; use \" instead"
    }
    if word.contains("\"") || word.contains("[") || word.contains("{") { return fallback }
    return "\(quoted(word)) is not a value; a text, duration or size must stand in quotes"
  }

  private static let booleans = [
    "yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false",
  ]

  /// The name that the parser puts in single quotes.
  private var quotedName: Substring? {
    guard let start = detail.firstIndex(of: "'") else { return nil }
    let rest = detail[detail.index(after: start)...]
    guard let end = rest.lastIndex(of: "'") else { return nil }
    return rest[..<end]
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    var text = self[...].drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
  }
}
