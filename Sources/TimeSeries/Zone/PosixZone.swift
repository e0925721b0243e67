/// A time zone in one line, as POSIX has it for the variable TZ, with the times of RFC 8536 from −167
/// to 167 hours: "CET-1CEST,M3.5.0,M10.5.0/3".
struct PosixZone: Hashable, Sendable {
  private struct Change: Hashable, Sendable {
    enum Day: Hashable, Sendable {
      /// Day 1 to 365 of a year without 29 February.
      case julian(Int)
      /// Day 0 to 365.
      case ordinal(Int)
      /// Month, week 1 to 5 (the last one), weekday 0 (Sunday) to 6.
      case weekday(month: Int, week: Int, day: Int)
    }

    var day: Day
    /// Seconds after local midnight.
    var seconds: Int64
  }

  private struct Summer: Hashable, Sendable {
    var offset: Int64
    var begin: Change
    var end: Change
  }

  /// Seconds ahead of UTC.
  private let standard: Int64
  private let summer: Summer?

  init(_ text: String) throws(TimeZoneFault) {
    var parser = PosixZoneParser(text)
    try parser.name()
    standard = -(try parser.time())
    guard !parser.isAtEnd else {
      summer = nil
      return
    }
    try parser.name()
    let offset = parser.isAtRule ? standard + 3600 : -(try parser.time())
    let begin = try Self.change(&parser)
    let end = try Self.change(&parser)
    guard parser.isAtEnd else { throw parser.fault }
    summer = Summer(offset: offset, begin: begin, end: end)
  }

  /// - Parameter moment: seconds since the Unix epoch.
  func offsetSeconds(at moment: Int64) -> Int {
    guard let summer else { return Int(standard) }
    let year = CivilTime(Timestamp(milliseconds: (moment + standard) * 1000)).year
    let begin = Self.seconds(of: summer.begin, in: year) - standard
    let end = Self.seconds(of: summer.end, in: year) - summer.offset
    // In the south the summer goes over the new year.
    let isSummer =
      begin < end ? (begin..<end).contains(moment) : !(end..<begin).contains(moment)
    return Int(isSummer ? summer.offset : standard)
  }

  private static func change(_ parser: inout PosixZoneParser) throws(TimeZoneFault) -> Change {
    try parser.take(",")
    let day: Change.Day
    if parser.takeIf("M") {
      let month = try parser.number(in: 1...12)
      try parser.take(".")
      let week = try parser.number(in: 1...5)
      try parser.take(".")
      day = .weekday(month: month, week: week, day: try parser.number(in: 0...6))
    } else if parser.takeIf("J") {
      day = .julian(try parser.number(in: 1...365))
    } else {
      day = .ordinal(try parser.number(in: 0...365))
    }
    return Change(day: day, seconds: parser.takeIf("/") ? try parser.time() : 7200)
  }

  /// Local time of a change, in seconds since 1970-01-01 of that local time.
  private static func seconds(of change: Change, in year: Int) -> Int64 {
    let firstDay = days(year, 1)
    let isLeapYear = days(year, 3) - days(year, 2) == 29
    let day: Int64 =
      switch change.day {
      case .ordinal(let number): firstDay + Int64(number)
      case .julian(let number): firstDay + Int64(number - 1 + (isLeapYear && number > 59 ? 1 : 0))
      case .weekday(let month, let week, let weekday):
        Self.day(year, month, week: week, weekday: weekday)
      }
    return day * 86_400 + change.seconds
  }

  private static func day(_ year: Int, _ month: Int, week: Int, weekday: Int) -> Int64 {
    let first = days(year, month)
    let next = month == 12 ? days(year + 1, 1) : days(year, month + 1)
    // 1 January 1970 was a Thursday.
    let weekdayOfFirst = ((first + 4) % 7 + 7) % 7
    var day = first + (Int64(weekday) - weekdayOfFirst + 7) % 7 + Int64(week - 1) * 7
    while day >= next { day -= 7 }
    return day
  }

  /// Days from the epoch to the first of the month.
  private static func days(_ year: Int, _ month: Int) -> Int64 {
    (CivilTime.timestamp(year: year, month: month, day: 1)?.milliseconds ?? 0) / 86_400_000
  }
}

private struct PosixZoneParser {
  private let text: String
  private var rest: Substring

  init(_ text: String) {
    self.text = text
    rest = text[...]
  }

  var isAtEnd: Bool { rest.isEmpty }
  var isAtRule: Bool { rest.first == "," }
  var fault: TimeZoneFault { .damaged("its last line \"\(text)\" cannot be read") }

  mutating func name() throws(TimeZoneFault) {
    if takeIf("<") {
      guard let end = rest.firstIndex(of: ">") else { throw fault }
      rest = rest[rest.index(after: end)...]
      return
    }
    let name = rest.prefix { $0.isASCII && $0.isLetter }
    guard name.count >= 3 else { throw fault }
    rest = rest.dropFirst(name.count)
  }

  /// "[+-]hh[:mm[:ss]]" in seconds.
  mutating func time() throws(TimeZoneFault) -> Int64 {
    let isNegative = takeIf("-")
    if !isNegative { _ = takeIf("+") }
    var seconds = Int64(try number(in: 0...167)) * 3600
    if takeIf(":") {
      seconds += Int64(try number(in: 0...59)) * 60
      if takeIf(":") { seconds += Int64(try number(in: 0...59)) }
    }
    return isNegative ? -seconds : seconds
  }

  mutating func number(in range: ClosedRange<Int>) throws(TimeZoneFault) -> Int {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard digits.count <= 3, let number = Int(digits), range.contains(number) else { throw fault }
    rest = rest.dropFirst(digits.count)
    return number
  }

  mutating func take(_ character: Character) throws(TimeZoneFault) {
    if !takeIf(character) { throw fault }
  }

  mutating func takeIf(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest = rest.dropFirst()
    return true
  }
}
