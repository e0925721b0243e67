/// Finds names in PromQL without understanding the rest of it.
enum PromQLNames {
  /// Whether the whole expression is one selector of an instant: `metric`, `metric{…}`, `{…}`.
  static func isSelector(_ expression: String) -> Bool {
    let text = expression.trimmingBlanks
    guard !text.isEmpty, Double(text) == nil else { return false }
    var rest = text.utf8[...]
    while let byte = rest.first, isNameByte(byte, first: false) { rest = rest.dropFirst() }
    rest = Substring(rest).trimmingBlanks.utf8[...]
    guard !rest.isEmpty else { return true }
    guard rest.first == UInt8(ascii: "{"), rest.last == UInt8(ascii: "}") else { return false }
    // The brace at the end must be the one that closes the one at the start.
    let inside = String(Substring(rest.dropFirst().dropLast()))
    return !hasBraces(inside)
  }

  /// Identifiers outside braces, brackets and quotes, in their order: metrics, and also functions and
  /// keywords.
  static func metrics(in expression: String) -> [String] {
    var names: [String] = []
    var name: [UInt8] = []
    var quote: UInt8?
    var depth = 0
    var isEscaped = false
    for byte in Array(expression.utf8) + [UInt8(ascii: " ")] {
      if let open = quote {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\"), open != UInt8(ascii: "`") {
          isEscaped = true
        } else if byte == open {
          quote = nil
        }
        continue
      }
      if depth == 0, isNameByte(byte, first: name.isEmpty) {
        name.append(byte)
        continue
      }
      if !name.isEmpty { names.append(String(decoding: name, as: UTF8.self)) }
      name = []
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): quote = byte
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth = max(0, depth - 1)
      default: break
      }
    }
    return names
  }

  /// Outside quotes.
  private static func hasBraces(_ text: String) -> Bool {
    var quote: Character?
    var isEscaped = false
    for character in text {
      if let open = quote {
        if isEscaped {
          isEscaped = false
        } else if character == "\\", open != "`" {
          isEscaped = true
        } else if character == open {
          quote = nil
        }
      } else if "\"'`".contains(character) {
        quote = character
      } else if character == "{" || character == "}" {
        return true
      }
    }
    return quote != nil
  }

  private static func isNameByte(_ byte: UInt8, first: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"), UInt8(ascii: ":"):
      true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): !first
    default: false
    }
  }
}

extension StringProtocol {
  fileprivate var trimmingBlanks: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
    while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
    return String(rest)
  }
}
