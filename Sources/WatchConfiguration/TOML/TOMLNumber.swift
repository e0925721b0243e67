/// Integers, floats and booleans (TOML 1.0.0, "Integer", "Float", "Boolean").
enum TOMLNumber {
  /// nil for a word that is none of them, and for an integer beyond 64 bits.
  static func content(of word: String) -> TOMLNode.Content? {
    switch word {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "inf", "+inf": return .float(.infinity)
    case "-inf": return .float(-.infinity)
    case "nan", "+nan", "-nan": return .float(.nan)
    default: break
    }
    if let integer = prefixedInteger(word) { return .integer(integer) }
    let sign = word.hasPrefix("-") || word.hasPrefix("+") ? word.prefix(1) : ""
    let magnitude = word.dropFirst(sign.count)
    if isWholePart(magnitude) { return Int(plain(word)).map(TOMLNode.Content.integer) }
    return isFloat(magnitude) ? Double(plain(word)).map(TOMLNode.Content.float) : nil
  }

  /// "0x1F", "0o755", "0b1101": without a sign.
  private static func prefixedInteger(_ word: String) -> Int? {
    let radices = ["0x": 16, "0o": 8, "0b": 2]
    guard let radix = radices[String(word.prefix(2))] else { return nil }
    let digits = word.dropFirst(2)
    guard isGrouped(digits, isDigit: { $0.isASCII && $0.hexDigitValue.map { $0 < radix } ?? false })
    else { return nil }
    return Int(plain(digits), radix: radix)
  }

  private static func isWholePart(_ digits: Substring) -> Bool {
    isGrouped(digits, isDigit: isDecimal) && (digits == "0" || !digits.hasPrefix("0"))
  }

  /// A whole part, then a fraction, an exponent, or both.
  private static func isFloat(_ magnitude: Substring) -> Bool {
    let parts = magnitude.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { $0 == "e" || $0 == "E" })
    let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count + mantissa.count > 2, isWholePart(mantissa[0]) else { return false }
    if mantissa.count == 2, !isGrouped(mantissa[1], isDigit: isDecimal) { return false }
    guard parts.count == 2 else { return true }
    let hasSign = parts[1].hasPrefix("+") || parts[1].hasPrefix("-")
    return isGrouped(parts[1].dropFirst(hasSign ? 1 : 0), isDigit: isDecimal)
  }

  private static func isDecimal(_ character: Character) -> Bool {
    character.isASCII && character.isNumber
  }

  /// Digits, with single "_" between them.
  private static func isGrouped(_ text: Substring, isDigit: (Character) -> Bool) -> Bool {
    text.split(separator: "_", omittingEmptySubsequences: false)
      .allSatisfy { !$0.isEmpty && $0.allSatisfy(isDigit) }
  }

  private static func plain(_ text: some StringProtocol) -> String {
    String(text.filter { $0 != "_" })
  }
}

/// Dates and times (RFC 3339). No key of LeakWatch takes one, so that their shape is enough: the
/// value is refused in any case, as what it is.
enum TOMLDate {
  static func isDate(_ word: String) -> Bool {
    matches(word.prefix(10), "dddd-dd-dd") || matches(word.prefix(5), "dd:dd")
  }

  static func isDateOrTime(_ word: String) -> Bool {
    word.utf8.allSatisfy { "0123456789-+:.TtZz".utf8.contains($0) }
  }

  /// "d" stands for a digit.
  private static func matches(_ text: Substring, _ pattern: String) -> Bool {
    text.utf8.count == pattern.utf8.count
      && zip(text.utf8, pattern.utf8).allSatisfy { byte, expected in
        expected == UInt8(ascii: "d")
          ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == expected
      }
  }
}
