/// Numbers as both formats write them: the grammar of OpenMetrics 1.0 (`number`), which is Go's
/// `ParseFloat` without underscores and hexadecimals.
///
///     [sign] digits [ "." [digits] ] [ "e" [sign] digits ]     also ".5" and "5."
///     [sign] ( "inf" / "infinity" )  |  "nan"                   in any case
enum DecimalNumber {
  /// The value of a whole token, rounded correctly; out of range is infinite or zero. nil if the
  /// token is no number. Locale plays no part.
  static func value(of token: Span<UInt8>) -> Double? {
    guard let parts = DecimalParts(token) else { return special(token) }
    if let exact = parts.exactValue { return exact }
    // The grammar is checked, so this is no more lenient than it.
    return Double(token.text(0..<token.count))
  }

  /// A finite number in the token's grammar: no "inf", no "nan".
  static func isReal(_ token: Span<UInt8>) -> Bool { DecimalParts(token) != nil }

  private static func special(_ token: Span<UInt8>) -> Double? {
    if matches(token, from: 0, "nan") { return .nan }
    var start = 0
    var isNegative = false
    if token.count > 0, token[0] == UInt8(ascii: "+") || token[0] == UInt8(ascii: "-") {
      isNegative = token[0] == UInt8(ascii: "-")
      start = 1
    }
    guard matches(token, from: start, "inf") || matches(token, from: start, "infinity") else {
      return nil
    }
    return isNegative ? -Double.infinity : Double.infinity
  }

  private static func matches(_ token: Span<UInt8>, from start: Int, _ word: StaticString) -> Bool {
    let letters = word.description.utf8
    guard token.count - start == letters.count else { return false }
    // Setting bit 5 makes ASCII letters lower case and nothing else equal to one.
    return zip(start..<token.count, letters).allSatisfy { token[$0] | 0x20 == $1 }
  }
}

/// Sign, digits and power of ten of a number that keeps the grammar.
struct DecimalParts {
  var isNegative = false
  /// The digits as an integer; meaningless where there are more than 19 of them.
  var mantissa: UInt64 = 0
  /// Significant digits, leading zeros left out.
  var digitCount = 0
  var exponent = 0

  init?(_ token: Span<UInt8>) {
    var offset = 0
    isNegative = Self.sign(token, &offset)
    let start = offset
    takeDigits(token, &offset)
    var digits = offset - start
    if offset < token.count, token[offset] == UInt8(ascii: ".") {
      offset += 1
      let fraction = offset
      takeDigits(token, &offset)
      exponent = fraction - offset
      digits += offset - fraction
    }
    guard digits > 0 else { return nil }
    guard takeExponent(token, &offset), offset == token.count else { return nil }
  }

  /// Clinger's fast path: both the digits and the power of ten are exact as doubles, so one
  /// multiplication or division rounds correctly.
  var exactValue: Double? {
    guard digitCount <= 19, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 else {
      return nil
    }
    let magnitude = Double(mantissa)
    let scaled =
      exponent < 0
      ? magnitude / Self.powersOfTen[-exponent] : magnitude * Self.powersOfTen[exponent]
    return isNegative ? -scaled : scaled
  }

  static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  private static func sign(_ token: Span<UInt8>, _ offset: inout Int) -> Bool {
    guard offset < token.count else { return false }
    let byte = token[offset]
    if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") { offset += 1 }
    return byte == UInt8(ascii: "-")
  }

  private mutating func takeDigits(_ token: Span<UInt8>, _ offset: inout Int) {
    while offset < token.count {
      let digit = token[offset] &- UInt8(ascii: "0")
      guard digit < 10 else { return }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      if digitCount > 0 || digit > 0 { digitCount += 1 }
      offset += 1
    }
  }

  /// False if an "e" stands there without digits after it.
  private mutating func takeExponent(_ token: Span<UInt8>, _ offset: inout Int) -> Bool {
    guard offset < token.count, token[offset] | 0x20 == UInt8(ascii: "e") else { return true }
    offset += 1
    let isNegative = Self.sign(token, &offset)
    let start = offset
    var written = 0
    while offset < token.count {
      let digit = token[offset] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      // Far beyond any double already; it only must not overflow.
      if written < 100_000 { written = written * 10 + Int(digit) }
      offset += 1
    }
    exponent += isNegative ? -written : written
    return offset > start
  }
}
