/// How a text stands on a terminal, which counts columns and not characters.
extension Character {
  /// 0 for marks and joiners alone, 2 for East Asian wide characters and emoji, else 1.
  var displayColumns: Int {
    unicodeScalars.map(\.displayColumns).max() ?? 0
  }
}

extension Unicode.Scalar {
  /// What Unicode calls wide or full width, in whole blocks (UAX 11).
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60,
    0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]

  fileprivate var displayColumns: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if properties.isEmojiPresentation { return 2 }
    return Self.wide.contains { $0.contains(value) } ? 2 : 1
  }
}

extension String {
  var displayColumns: Int { reduce(0) { $0 + $1.displayColumns } }

  /// At most `columns` wide. The middle goes, because names of one family differ at their ends.
  func shortened(to columns: Int) -> String {
    guard displayColumns > columns else { return self }
    guard columns > 1 else { return columns == 1 ? "…" : "" }
    let tail = Self.prefix(of: reversed(), columns: (columns - 1) / 2)
    let head = Self.prefix(of: self, columns: columns - 1 - tail.displayColumns)
    return head + "…" + String(tail.reversed())
  }

  /// At most `columns` wide, the end cut off.
  func shortenedAtItsEnd(to columns: Int) -> String {
    guard displayColumns > columns else { return self }
    return columns > 0 ? Self.prefix(of: self, columns: columns - 1) + "…" : ""
  }

  /// On one line and harmless: a file may be named by anybody, an escape sequence included.
  var printable: String {
    let isHarmful = { (scalar: Unicode.Scalar) in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: true
      default: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
      }
    }
    guard unicodeScalars.contains(where: isHarmful) else { return self }
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars { text.append(isHarmful(scalar) ? "\u{FFFD}" : scalar) }
    return String(text)
  }

  private static func prefix(of characters: some Sequence<Character>, columns: Int) -> String {
    var text = ""
    var used = 0
    for character in characters {
      used += character.displayColumns
      if used > columns { break }
      text.append(character)
    }
    return text
  }
}
