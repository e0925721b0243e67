/// A moment as a calendar shows it in UTC, proleptic Gregorian: no time zone data is needed.
package struct CivilTime: Hashable, Sendable {
  package var year: Int
  /// 1 to 12.
  package var month: Int
  /// 1 to 31.
  package var day: Int
  package var hour: Int
  package var minute: Int
  package var second: Int
  package var millisecond: Int

  package init(_ timestamp: Timestamp) {
    let (days, ofDay) = timestamp.milliseconds.flooredDivision(by: 86_400_000)
    hour = Int(ofDay / 3_600_000)
    minute = Int(ofDay / 60_000 % 60)
    second = Int(ofDay / 1000 % 60)
    millisecond = Int(ofDay % 1000)

    // Years counted from 1 March, so that the leap day is a year's last; 400 years repeat.
    let (cycle, dayOfCycle) = (days + 719_468).flooredDivision(by: 146_097)
    let yearOfCycle =
      (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
    let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
    year = Int(yearOfCycle + cycle * 400) + (month <= 2 ? 1 : 0)
  }

  /// nil where a field is outside its range or the day is not in the month; a leap second (60)
  /// is refused. Years 0 to 9999.
  package static func timestamp(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0
  ) -> Timestamp? {
    guard (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day),
      (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
    else { return nil }
    let marchYear = Int64(month <= 2 ? year - 1 : year)
    let (cycle, yearOfCycle) = marchYear.flooredDivision(by: 400)
    let monthFromMarch = Int64(month > 2 ? month - 3 : month + 9)
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + Int64(day) - 1
    let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
    let days = cycle * 146_097 + dayOfCycle - 719_468
    let seconds = days * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    let result = Timestamp(milliseconds: seconds * 1000)
    // 31 April comes out as 1 May: what does not come back as it went in is no date.
    return CivilTime(result).day == day ? result : nil
  }
}

extension Timestamp {
  /// RFC 3339 in UTC, milliseconds only where there are any: "2026-11-22T10:00:00Z".
  package var rfc3339: String {
    let civil = CivilTime(self)
    var text: [UInt8] = []
    text.reserveCapacity(24)
    text.append(civil.year, digits: 4)
    text.append(UInt8(ascii: "-"))
    text.append(civil.month, digits: 2)
    text.append(UInt8(ascii: "-"))
    text.append(civil.day, digits: 2)
    text.append(UInt8(ascii: "T"))
    text.append(civil.hour, digits: 2)
    text.append(UInt8(ascii: ":"))
    text.append(civil.minute, digits: 2)
    text.append(UInt8(ascii: ":"))
    text.append(civil.second, digits: 2)
    if civil.millisecond != 0 {
      text.append(UInt8(ascii: "."))
      text.append(civil.millisecond, digits: 3)
    }
    text.append(UInt8(ascii: "Z"))
    return String(decoding: text, as: UTF8.self)
  }
}

extension [UInt8] {
  /// A number with at least so many digits, the first of them zeros.
  fileprivate mutating func append(_ number: Int, digits: Int) {
    var unit = 1
    for _ in 1..<digits { unit *= 10 }
    guard (0..<10 * unit).contains(number) else {
      return append(text: String(number))
    }
    while unit > 0 {
      append(UInt8(ascii: "0") + UInt8(number / unit % 10))
      unit /= 10
    }
  }
}

extension Int64 {
  fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let remainder = self % divisor
    return remainder < 0
      ? (self / divisor - 1, remainder + divisor) : (self / divisor, remainder)
  }
}
