internal import TimeSeries

extension ValueGrammar where Value == DayWindow {
  /// "02:00-05:00", to the minute.
  static var dayWindow: ValueGrammar {
    .text("time of day", expected: "a time of day such as \"02:00-05:00\"") {
      text throws(ValueProblem) in
      let minutes = text.split(separator: "-", omittingEmptySubsequences: false).map(minute)
      guard minutes.count == 2, let start = minutes[0], let end = minutes[1] else {
        throw ValueProblem(
          "\(quoted(text)) is not a time of day such as \"02:00-05:00\", from 00:00 to 23:59")
      }
      guard let window = DayWindow(startMinute: start, endMinute: end) else {
        throw ValueProblem("\(quoted(text)) is empty: it ends where it begins")
      }
      return window
    } write: {
      $0.description
    }
  }

  private static func minute(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2,
      parts.allSatisfy({ part in
        part.utf8.count == 2 && part.utf8.allSatisfy { (48...57).contains($0) }
      }), let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
    else { return nil }
    return hour * 60 + minute
  }
}

extension ValueGrammar where Value == String {
  /// A name below /usr/share/zoneinfo; whether it is there is seen where files are read.
  static var timeZone: ValueGrammar {
    .text("time zone", expected: "a time zone such as \"Europe/Berlin\"") {
      text throws(ValueProblem) in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      let isSound = parts.allSatisfy { part in
        !part.isEmpty && part.first != "." && part.first != "-"
          && part.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
              || "+-_".utf8.contains(byte)
          }
      }
      guard isSound, text.utf8.count <= 100 else {
        throw ValueProblem("\(quoted(text)) is not a time zone such as \"Europe/Berlin\"")
      }
      return text
    } write: {
      $0
    }
  }

  /// A URL in which "{instance}" may stand.
  static var healthURL: ValueGrammar {
    .text("URL", expected: "a URL in quotes", range: "http or https") { text throws(ValueProblem) in
      let parts = text.split(separator: "{instance}", omittingEmptySubsequences: false)
      guard parts.count <= 2 else { throw ValueProblem("\"{instance}\" stands more than once") }
      _ = try URLGrammar.parse(parts.joined(separator: "1"))
      return text
    } write: {
      $0
    }
  }
}
