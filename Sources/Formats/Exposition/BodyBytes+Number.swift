// Measured hot path: a number is read on every line that is kept. Eight digits at a time and without
// a branch per digit it takes a third of the time of a loop over bytes.

extension BodyBytes {
  /// Most bytes that `lineNumber(at:_:)` looks at: sign, 3 words of digits before and 3 behind the
  /// point, the point, "e", sign, one word of exponent, line feed.
  private static let numberReach = 64

  /// A number that stands at `position` and is followed by a line feed, and where the next line
  /// begins. nil where it is not as simple as that: then the grammar decides.
  ///
  /// Exact by Clinger's argument: digits up to 2^53 and a power of ten up to 10^22 are exact as
  /// doubles, so their product or quotient is rounded once.
  @inline(__always)
  func lineNumber(
    at position: Int, _ powers: PowersOfTen
  ) -> (value: Double, nextLine: Int)? {
    // Everything below reads in position..<position + 64, within count.
    guard count - position >= Self.numberReach else { return nil }
    var index = position
    let isNegative = byte(at: index) == UInt8(ascii: "-")
    if isNegative { index += 1 }
    let start = index
    var mantissa: UInt64 = 0
    unsafe takeDigits(&index, &mantissa, powers)
    var digits = index - start
    var exponent = 0
    if byte(at: index) == UInt8(ascii: ".") {
      index += 1
      let fraction = index
      unsafe takeDigits(&index, &mantissa, powers)
      exponent = fraction - index
      digits -= exponent
    }
    // More than 19 digits may have overflowed the mantissa.
    guard digits > 0, digits <= 19, mantissa <= 1 << 53 else { return nil }
    if byte(at: index) | 0x20 == UInt8(ascii: "e") {
      guard let written = unsafe takeExponent(&index) else { return nil }
      exponent += written
    }
    guard byte(at: index) == 0x0A, let magnitude = powers.scale(mantissa, by: exponent) else {
      return nil
    }
    return (isNegative ? -magnitude : magnitude, index + 1)
  }

  /// Bytes that `takeDigits` reads, digits or not.
  static let digitReach = 24

  /// Appends the digits at `index` to `mantissa`, at most 24 of them. The caller has checked that
  /// index + digitReach ≤ count.
  @unsafe @inline(__always)
  func takeDigits(_ index: inout Int, _ mantissa: inout UInt64, _ powers: PowersOfTen) {
    for _ in 0..<3 {
      let (value, length) = unsafe digits(at: index)
      mantissa = mantissa &* powers.whole[length] &+ value
      index += length
      if length < 8 { return }
    }
  }

  /// An exponent of one to three digits; nil otherwise.
  @unsafe @inline(__always)
  private func takeExponent(_ index: inout Int) -> Int? {
    index += 1
    let sign = byte(at: index)
    if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { index += 1 }
    let (value, length) = unsafe digits(at: index)
    guard length > 0, length <= 3 else { return nil }
    index += length
    return sign == UInt8(ascii: "-") ? -Int(value) : Int(value)
  }

  /// The leading digits of the eight bytes at `index`, as a number, and how many they are.
  @unsafe @inline(__always)
  private func digits(at index: Int) -> (value: UInt64, length: Int) {
    let digits = unsafe word(at: index) ^ 0x3030_3030_3030_3030
    // The highest bit of each byte that is not in 0...9.
    let others = ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
    let length = others.trailingZeroBitCount >> 3
    guard length > 0 else { return (0, 0) }
    // Moved up, the digits are preceded by zeros; then neighbours are joined: 2, 4, 8 digits.
    var value = digits &<< UInt64(64 - 8 * length)
    value = (value &* 10 &+ (value &>> 8)) & 0x00FF_00FF_00FF_00FF
    value = (value &* 100 &+ (value &>> 16)) & 0x0000_FFFF_0000_FFFF
    value = (value &* 10_000 &+ (value &>> 32)) & 0x0000_0000_FFFF_FFFF
    return (value, length)
  }
}

/// Powers of ten. A parser keeps them as a value of its own: read through a global, each use would
/// cost a check whether they are initialised; as an inline array, a copy.
struct PowersOfTen: Sendable {
  /// 10^0 … 10^8
  let whole: [UInt64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
  ]
  /// 10^0 … 10^22, exact.
  private let real: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// mantissa · 10^exponent where that is exact but for one rounding; nil elsewhere. The mantissa
  /// must not exceed 2^53.
  @inline(__always)
  func scale(_ mantissa: UInt64, by exponent: Int) -> Double? {
    let magnitude = Double(mantissa)
    if exponent == 0 { return magnitude }
    guard exponent >= -22, exponent <= 22 else { return nil }
    return exponent < 0 ? magnitude / real[-exponent] : magnitude * real[exponent]
  }
}
