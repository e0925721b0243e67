internal import TimeSeries

/// The time that scripts write above a class histogram: "2026-11-22 10:00:00",
/// "2026-11-22T10:00:00Z", "2026-11-22T10:00:00.123+0100".
enum HistogramTime {
  /// - Parameter words: of one line. - Returns: nil where it does not begin with a date and a time.
  static func read(_ words: [String]) -> Timestamp? {
    guard let first = words.first else { return nil }
    let parts = first.split(separator: "T", maxSplits: 1)
    // A word that is "T" alone has no parts.
    guard let day = parts.first, let date = numbers(day, "-"), date.count == 3 else { return nil }
    let rest: String
    if parts.count == 2 {
      rest = String(parts[1])
    } else {
      guard words.count > 1 else { return nil }
      rest = words[1]
    }
    let clock = rest.prefix { $0.isNumber || $0 == ":" }
    guard let time = numbers(clock, ":"), time.count == 3,
      let moment = CivilTime.timestamp(
        year: date[0], month: date[1], day: date[2], hour: time[0], minute: time[1],
        second: time[2])
    else { return nil }
    var zone = rest.dropFirst(clock.count)
    if zone.first == "." || zone.first == "," {
      zone = zone.dropFirst().drop(while: \.isNumber)
    }
    guard let sign = zone.first, sign == "+" || sign == "-" else { return moment }
    let digits = zone.dropFirst().filter(\.isNumber)
    guard digits.count == 4, let value = Int64(digits) else { return moment }
    let offset = TimeSpan.minutes(value / 100 * 60 + value % 100)
    return sign == "+" ? moment - offset : moment + offset
  }

  private static func numbers(_ text: some StringProtocol, _ separator: Character) -> [Int]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.count <= 4 ? Int($0) : nil }
    return numbers.count == parts.count && numbers.allSatisfy { $0 >= 0 } ? numbers : nil
  }
}
