internal import TimeSeries

/// Places in a picture: time to the right, a quantity upwards.
struct PictureScale {
  static let width = 960.0
  static let left = 74.0
  static let right = 948.0

  let start: Timestamp
  let end: Timestamp
  let top: Double
  let bottom: Double
  let lowest: Double
  let highest: Double

  /// - Precondition: `end` after `start`, `highest` over `lowest`.
  init(
    from start: Timestamp, to end: Timestamp, top: Double, bottom: Double, lowest: Double,
    highest: Double
  ) {
    self.start = start
    self.end = end
    self.top = top
    self.bottom = bottom
    self.lowest = lowest
    self.highest = highest
  }

  /// Kept within the picture.
  func x(_ moment: Timestamp) -> Double {
    let share = (moment - start).seconds / (end - start).seconds
    return Self.left + min(1, max(0, share)) * (Self.right - Self.left)
  }

  /// Kept within the picture.
  func y(_ value: Double) -> Double {
    let share = (value - lowest) / (highest - lowest)
    return bottom - min(1, max(0, share)) * (bottom - top)
  }

  /// A power of two of bytes that three or four times fits into `range`.
  static func byteStep(over range: Double) -> Double {
    guard range.isFinite else { return 1 }
    var step = 1.0
    while step < range / 4 { step *= 2 }
    return step
  }

  /// The greatest of 1, 2 and 5 times a power of ten that is not above `value`; nil for none.
  static func roundBelow(_ value: Double) -> Double? {
    guard value > 1e-9, value < 1e15 else { return nil }
    var power = 1e-9
    while power * 10 <= value { power *= 10 }
    return [5, 2, 1].lazy.map { $0 * power }.first { $0 <= value }
  }

  /// Whole multiples of `step` in the scale.
  func ticks(_ step: Double) -> [Double] {
    guard step > 0 else { return [] }
    let first = (lowest / step).rounded(.up)
    return (0..<12).map { (first + Double($0)) * step }.filter { $0 <= highest }
  }

  /// Round moments of UTC: hours over a day, midnights over weeks.
  var moments: [(moment: Timestamp, label: String)] {
    let span = end - start
    let widths: [TimeSpan] = [
      TimeSpan(milliseconds: 1000), .seconds(5), .seconds(15), .minutes(1), .minutes(5),
      .minutes(15), .hours(1), .hours(4), .hours(12), .days(1), .days(2), .days(7),
      .days(14), .days(28), .days(56),
    ]
    let width = widths.first { span.milliseconds / $0.milliseconds <= 9 } ?? .days(112)
    var moment = start.aligned(to: width) + width
    var moments: [(Timestamp, String)] = []
    while moment <= end {
      moments.append((moment, Self.label(moment, isDaily: width >= .days(1))))
      moment = moment + width
    }
    return moments
  }

  /// "11-28" for midnights, "16:00" else, with seconds where there are any.
  private static func label(_ moment: Timestamp, isDaily: Bool) -> String {
    let text = moment.rfc3339
    let isMidnight = moment.milliseconds % 86_400_000 == 0
    if isDaily || isMidnight { return String(text.dropFirst(5).prefix(5)) }
    let hasSeconds = moment.milliseconds % 60_000 != 0
    return String(text.dropFirst(11).prefix(hasSeconds ? 8 : 5))
  }
}
