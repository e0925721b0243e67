import Foundation
import Testing
import TimeSeries

@testable import Engine

@Suite struct QuietWindowTests {
  private static func berlin() throws -> TimeZoneRules {
    let data = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin"))
    return try TimeZoneRules(tzif: Array(data))
  }

  private static func window(_ start: Int, _ end: Int) throws -> QuietWindow {
    QuietWindow(try #require(DayWindow(startMinute: start, endMinute: end)), try berlin())
  }

  /// Minutes of a UTC day and the night before and after at which the window is open.
  private func open(_ window: QuietWindow, month: Int, day: Int) throws -> [String] {
    let noon = try #require(CivilTime.timestamp(year: 2026, month: month, day: day, hour: 12))
    var spans: [String] = []
    var begin: Timestamp?
    for minute in 0...1440 {
      let now = noon - .hours(24) + .minutes(Int64(minute))
      if window.isOpen(at: now), begin == nil { begin = now }
      if !window.isOpen(at: now), let since = begin {
        spans.append("\(since.rfc3339.dropFirst(8).prefix(8)) \(now - since)")
        begin = nil
      }
    }
    return spans
  }

  @Test func anOrdinaryNight() throws {
    #expect(try open(Self.window(120, 300), month: 6, day: 10) == ["10T00:00 3 h"])
  }

  @Test func overMidnight() throws {
    #expect(try open(Self.window(1380, 60), month: 6, day: 10) == ["09T21:00 2 h"])
  }

  /// 29 March 2026: the clock goes from 02:00 to 03:00.
  @Test func anHourIsSkipped() throws {
    #expect(try open(Self.window(120, 300), month: 3, day: 29) == ["29T01:00 2 h"])
    #expect(try open(Self.window(120, 180), month: 3, day: 29) == [])
    #expect(try open(Self.window(90, 210), month: 3, day: 29) == ["29T00:30 1 h"])
    #expect(try open(Self.window(1380, 240), month: 3, day: 29) == ["28T22:00 4 h"])
  }

  /// 25 October 2026: the clock goes from 03:00 back to 02:00.
  @Test func anHourComesTwice() throws {
    #expect(try open(Self.window(120, 300), month: 10, day: 25) == ["25T00:00 4 h"])
    #expect(try open(Self.window(120, 180), month: 10, day: 25) == ["25T00:00 2 h"])
    #expect(
      try open(Self.window(150, 180), month: 10, day: 25) == ["25T00:30 30 min", "25T01:30 30 min"])
  }

  @Test func theNextOpeningIsFoundAlsoBeyondASkippedNight() throws {
    let noon = try #require(CivilTime.timestamp(year: 2026, month: 3, day: 28, hour: 12))
    let opening = try Self.window(120, 180).nextOpening(from: noon)
    #expect(opening?.rfc3339 == "2026-03-30T00:00:00Z")
  }

  @Test func eachHostHasItsPartOfTheWindow() throws {
    let whole = try #require(DayWindow(startMinute: 1380, endMinute: 240))
    let parts = (0..<3).map { whole.part($0, of: 3) }
    #expect(parts.map(\.description) == ["23:00-00:40", "00:40-02:20", "02:20-04:00"])
    for minute in 0..<1440 {
      #expect(
        parts.count { $0.contains(minute: minute) } == (whole.contains(minute: minute) ? 1 : 0))
    }
  }

  @Test func theQuietestHoursAreFoundInTheRequests() throws {
    let start = try #require(CivilTime.timestamp(year: 2026, month: 6, day: 1))
    let rates = (0..<168).map { hour in
      let away = min((hour % 24 - 4 + 24) % 24, (4 - hour % 24 + 24) % 24)
      return QuietHours.Rate(at: start + .hours(Int64(hour)), perSecond: 10 + Double(away) * 5)
    }
    #expect(
      QuietHours.find([rates])
        == .success(try #require(DayWindow(startMinute: 180, endMinute: 360))))
    // Another instance that is busy then moves it.
    let busy = rates.map { rate in
      QuietHours.Rate(
        at: rate.at, perSecond: (3..<6).contains(CivilTime(rate.at).hour) ? 1000 : 0)
    }
    let moved = try QuietHours.find([rates, busy]).get()
    #expect(moved.description == "06:00-09:00" || moved.description == "00:00-03:00")
  }

  @Test func aShortPastIsNoWindow() throws {
    let start = try #require(CivilTime.timestamp(year: 2026, month: 6, day: 1))
    let rates = (0..<60).map {
      QuietHours.Rate(at: start + .hours(Int64($0)), perSecond: 1)
    }
    #expect(QuietHours.find([rates]) == .failure(.tooShort(days: 2, of: 3)))
    #expect(QuietHours.find([]) == .failure(.noCounter))
  }
}
