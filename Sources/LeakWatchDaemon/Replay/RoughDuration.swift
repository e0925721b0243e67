internal import TimeSeries

/// A length of time as short as a column needs it: one unit, two digits that mean something.
enum RoughDuration {
  private static let units: [(seconds: Double, name: String)] = [
    (365.25 * 86_400, "y"), (86_400, "d"), (3600, "h"), (60, "min"), (1, "s"),
  ]
  /// A unit is taken from twice its size on: "36 h" says more than "1.5 d".
  private static let leastCount = 2.0
  /// Beyond it a projection says nothing.
  private static let longest = 10 * 365.25 * 86_400

  /// "3.2 d", "41 s", "over 10 y".
  static func text(_ seconds: Double) -> String {
    guard seconds <= longest else { return "over 10 y" }
    let unit = unit(of: seconds)
    return "\(count(seconds, unit)) \(unit.name)"
  }

  /// "3.2 d (2.8–3.7 d)"; an end that is not known is left open: "3.2 d (from 2.8 d)".
  static func text(_ seconds: Double, low: Double?, high: Double?) -> String {
    let middle = text(seconds)
    guard seconds <= longest, let low, low.isFinite else { return middle }
    guard let high, high <= longest else { return "\(middle) (from \(text(low)))" }
    let (lowUnit, highUnit) = (unit(of: low), unit(of: high))
    let isOneUnit = lowUnit.name == highUnit.name
    let lowText = isOneUnit ? count(low, lowUnit) : text(low)
    return "\(middle) (\(lowText)–\(text(high)))"
  }

  private static func unit(of seconds: Double) -> (seconds: Double, name: String) {
    units.first { seconds >= leastCount * $0.seconds } ?? (1, "s")
  }

  private static func count(_ seconds: Double, _ unit: (seconds: Double, name: String)) -> String {
    let count = max(0, seconds) / unit.seconds
    let tenths = Int((min(count, 1e12) * 10).rounded())
    // Seconds and minutes are said whole: nobody waits for tenths of them.
    if tenths >= 100 || unit.seconds <= 60 || tenths % 10 == 0 {
      return "\(Int(min(count, 1e12).rounded()))"
    }
    return "\(tenths / 10).\(tenths % 10)"
  }
}
