/// A number as it is written, without rounding: timestamps may need more digits than a double has.
struct ExactDecimal: Comparable {
  private let isNegative: Bool
  /// Digits without zeros at either end; none for zero.
  private let digits: [UInt8]
  /// Power of ten of the first digit, plus one: 0.ddd… · 10^exponent.
  private let exponent: Int

  /// nil unless the token is a real number of the grammar.
  init?(_ token: Span<UInt8>) {
    guard let parts = DecimalParts(token) else { return nil }
    var digits: [UInt8] = []
    var index = 0
    while index < token.count, token[index] | 0x20 != UInt8(ascii: "e") {
      let byte = token[index]
      index += 1
      guard byte.isDigit else { continue }
      if !digits.isEmpty || byte != UInt8(ascii: "0") { digits.append(byte) }
    }
    // parts.exponent is the power of ten of the last digit written.
    exponent = digits.isEmpty ? 0 : parts.exponent + digits.count
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    self.digits = digits
    isNegative = parts.isNegative && !digits.isEmpty
  }

  static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    guard left.isNegative == right.isNegative else { return left.isNegative }
    return left.isNegative ? right.isCloserToZero(than: left) : left.isCloserToZero(than: right)
  }

  private func isCloserToZero(than other: ExactDecimal) -> Bool {
    if digits.isEmpty || other.digits.isEmpty { return digits.isEmpty && !other.digits.isEmpty }
    guard exponent == other.exponent else { return exponent < other.exponent }
    return digits.lexicographicallyPrecedes(other.digits)
  }
}
