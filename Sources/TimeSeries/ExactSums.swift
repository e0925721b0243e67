/// Sums for a least-squares line over samples that come and go, in 128-bit integers: nothing is
/// ever rounded, so a window may slide for years without drift.
///
/// Times are milliseconds since a base that moves along; values are whole units. With
/// |value| < 2⁵³, |times| < 2³³ and up to 2²⁰ samples (a week at one a second) every product stays
/// below 2¹²⁶. So the arithmetic may go unchecked, and must: a checked product of 128 bits costs
/// a division.
package struct ExactSums: Hashable, Sendable {
  private var base: Int64
  private var count: Int128 = 0
  private var time: Int128 = 0
  private var timeTime: Int128 = 0
  private var value: Int128 = 0
  private var timeValue: Int128 = 0

  package init(base: Timestamp) {
    self.base = base.milliseconds
  }

  package mutating func add(time moment: Timestamp, value units: Int64) {
    accumulate(moment, units, sign: 1)
  }

  package mutating func remove(time moment: Timestamp, value units: Int64) {
    accumulate(moment, units, sign: -1)
  }

  /// Slope in value units a second; nil below two distinct times.
  package var slopePerSecond: Double? {
    let denominator = count &* timeTime &- time &* time
    guard denominator > 0 else { return nil }
    let numerator = count &* timeValue &- time &* value
    return Self.double(numerator) / Self.double(denominator) * 1000
  }

  /// The standard library's `Double(_: Int128)` goes through generic code and takes half a
  /// microsecond; this takes two nanoseconds and is off by one unit in the last place at most.
  private static func double(_ wide: Int128) -> Double {
    let magnitude = wide.magnitude
    let high = UInt64(truncatingIfNeeded: magnitude &>> 64)
    let value = Double(high) * 0x1p64 + Double(UInt64(truncatingIfNeeded: magnitude))
    return wide < 0 ? -value : value
  }

  private mutating func accumulate(_ moment: Timestamp, _ units: Int64, sign: Int128) {
    var offset = moment.milliseconds - base
    if offset >= 1 << 32 {
      moveBase(by: offset)
      offset = 0
    }
    let wideTime = Int128(offset)
    let wideValue = Int128(units)
    count &+= sign
    time &+= sign &* wideTime
    timeTime &+= sign &* wideTime &* wideTime
    value &+= sign &* wideValue
    timeValue &+= sign &* wideTime &* wideValue
  }

  /// The same samples with times counted from `shift` later; exact, as it is integers.
  private mutating func moveBase(by shift: Int64) {
    let wide = Int128(shift)
    timeValue &-= wide &* value
    timeTime &+= wide &* (wide &* count &- 2 &* time)
    time &-= wide &* count
    base += shift
  }
}
