package import TimeSeries

/// Dates in HTTP headers, RFC 9110 section 5.6.7.
package enum HTTPDate {
  /// The three forms that a recipient must accept: "Sun, 06 Nov 1994 08:49:37 GMT", the obsolete
  /// "Sunday, 06-Nov-94 08:49:37 GMT" and "Sun Nov  6 08:49:37 1994". The weekday is not checked.
  /// A two-digit year is the one within 50 years after `now` and 49 before. nil for anything else.
  package static func parse(_ text: String, now: Timestamp) -> Timestamp? {
    let words = text.split { $0 == " " || $0 == "-" || $0 == "," }
    guard words.count >= 5 else { return nil }
    if words.count == 6, words[5] == "GMT" {
      return timestamp(day: words[1], month: words[2], year: words[3], time: words[4], now: now)
    }
    if words.count == 5 {
      return timestamp(day: words[2], month: words[1], year: words[4], time: words[3], now: now)
    }
    return nil
  }

  private static func timestamp(
    day: Substring, month: Substring, year: Substring, time: Substring, now: Timestamp
  ) -> Timestamp? {
    let clock = time.split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3, let day = digits(day, 1...2), let month = months.firstIndex(of: month),
      let year = fullYear(year, now: now), let hour = digits(clock[0], 2...2),
      let minute = digits(clock[1], 2...2), let second = digits(clock[2], 2...2)
    else { return nil }
    // A leap second is the second before it: 60 is allowed in the grammar.
    return CivilTime.timestamp(
      year: year, month: month + 1, day: day, hour: hour, minute: minute, second: min(second, 59))
  }

  private static func fullYear(_ text: Substring, now: Timestamp) -> Int? {
    if let year = digits(text, 4...4) { return year }
    guard let short = digits(text, 2...2) else { return nil }
    let thisYear = CivilTime(now).year
    let year = thisYear / 100 * 100 + short
    return year > thisYear + 50 ? year - 100 : year
  }

  private static func digits(_ text: Substring, _ length: ClosedRange<Int>) -> Int? {
    guard length.contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return Int(text)
  }

  private static let months: [Substring] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
