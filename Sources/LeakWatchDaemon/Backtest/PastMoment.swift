internal import TimeSeries
internal import WatchConfiguration

/// A moment as a command line says it: "30d" before another one, seconds since the Unix epoch, or
/// a date and time of RFC 3339 in UTC, "2026-11-22" or "2026-11-22T10:00:00Z".
enum PastMoment {
  struct Problem: Error, CustomStringConvertible {
    var description: String
  }

  /// - Parameter reference: what a length of time is counted back from.
  static func parse(_ text: String, before reference: Timestamp) throws(Problem) -> Timestamp {
    if let moment = date(text) { return moment }
    if text.utf8.count >= 9, let seconds = Double(text), seconds.isFinite {
      return Timestamp(seconds: seconds)
    }
    do {
      return reference - (try DurationGrammar.parse(text))
    } catch {
      throw Problem(
        description:
          "\"\(text)\" is no moment: write a length of time such as 30d or 12h, a date such "
          + "as 2026-11-22T10:00:00Z, or seconds since the Unix epoch")
    }
  }

  private static func date(_ text: String) -> Timestamp? {
    let halves = text.split(separator: "T", omittingEmptySubsequences: false)
    let days = numbers(halves[0], "-")
    guard halves.count <= 2, let days, days.count == 3 else { return nil }
    guard halves.count == 2 else {
      return CivilTime.timestamp(year: days[0], month: days[1], day: days[2])
    }
    guard halves[1].hasSuffix("Z"), let time = numbers(halves[1].dropLast(), ":"), time.count == 3
    else { return nil }
    return CivilTime.timestamp(
      year: days[0], month: days[1], day: days[2], hour: time[0], minute: time[1], second: time[2])
  }

  private static func numbers(_ text: Substring, _ separator: Character) -> [Int]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.allSatisfy(\.isNumber) ? Int($0) : nil }
    return numbers.count == parts.count ? numbers : nil
  }
}
