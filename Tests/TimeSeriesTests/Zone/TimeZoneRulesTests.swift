import Foundation
import TestSupport
import Testing

@testable import TimeSeries

/// Against Python's zoneinfo, which reads the same files by other code.
@Suite struct TimeZoneRulesTests {
  private static let folder = "/usr/share/zoneinfo"
  private static let zones = [
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York",
    "America/Sao_Paulo", "America/St_Johns", "Asia/Kolkata", "Asia/Tokyo", "Asia/Tehran",
    "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati",
    "Africa/Casablanca", "Africa/Monrovia", "America/Nuuk", "Asia/Jerusalem", "Antarctica/Troll",
    "Pacific/Chatham", "Etc/GMT+12",
  ]

  static func rules(_ zone: String) throws -> TimeZoneRules {
    let data = try Data(contentsOf: URL(filePath: "\(folder)/\(zone)"))
    return try TimeZoneRules(tzif: Array(data))
  }

  /// The offsets of a zone at those moments, by Python.
  private static func reference(_ zone: String, _ moments: [Int64]) throws -> [Int] {
    let script = """
      import sys
      from datetime import datetime, timedelta, timezone
      from zoneinfo import ZoneInfo
      zone = ZoneInfo(sys.argv[1])
      epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
      for line in sys.stdin:
          moment = epoch + timedelta(seconds=int(line))
          print(int(moment.astimezone(zone).utcoffset().total_seconds()))
      """
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = ["-c", script, zone]
    let (input, output) = (Pipe.closedInOthers(), Pipe.closedInOthers())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    Thread.detachNewThread {
      input.fileHandleForWriting.write(
        Data(moments.map { "\($0)\n" }.joined().utf8))
      try? input.fileHandleForWriting.close()
    }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: "\n").compactMap { Int($0) }
  }

  @Test(arguments: zones) func agreesWithPython(zone: String) throws {
    // Every 3 h 7 min of some years, before, within and after what the files list.
    let moments = [1918, 1945, 1971, 1995, 2011, 2021, 2026, 2037, 2038, 2060, 2100].flatMap {
      year -> [Int64] in
      let start = CivilTime.timestamp(year: year, month: 1, day: 1)?.milliseconds ?? 0
      return (0..<2850).map { start / 1000 + Int64($0) * 11_220 }
    }
    let expected = try Self.reference(zone, moments)
    try #require(expected.count == moments.count)
    let rules = try Self.rules(zone)
    for (moment, offset) in zip(moments, expected) {
      let found = rules.offsetSeconds(at: Timestamp(milliseconds: moment * 1000))
      #expect(found == offset, "\(zone) at \(moment)")
      if found != offset { break }
    }
  }

  @Test func theClocksOfBerlinChangeToTheSecond() throws {
    let rules = try Self.rules("Europe/Berlin")
    let spring = try #require(CivilTime.timestamp(year: 2026, month: 3, day: 29, hour: 1))
    #expect(rules.offsetSeconds(at: spring - TimeSpan(milliseconds: 1)) == 3600)
    #expect(rules.offsetSeconds(at: spring) == 7200)
    #expect(rules.civilTime(at: spring).hour == 3)
    let autumn = try #require(CivilTime.timestamp(year: 2060, month: 10, day: 31, hour: 1))
    #expect(rules.offsetSeconds(at: autumn - TimeSpan(milliseconds: 1)) == 7200)
    #expect(rules.offsetSeconds(at: autumn) == 3600)
  }

  @Test(arguments: [
    ("EST5EDT,M3.2.0,M11.1.0", 7, -4 * 3600), ("EST5EDT,M3.2.0,M11.1.0", 1, -5 * 3600),
    ("<+0330>-3:30<+0430>,J79/24,J263/24", 7, 16_200),
    ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1, 39_600), ("AEST-10AEDT,M10.1.0,M4.1.0/3", 7, 36_000),
    ("XXX3EDT4,0/0,J365/23", 7, -4 * 3600), ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 7, -3600),
    ("IST-1GMT0,M10.5.0,M3.5.0/1", 1, 0), ("UTC0", 1, 0),
  ])
  func linesOfPosixAreUnderstood(line: String, month: Int, offset: Int) throws {
    let zone = try PosixZone(line)
    let moment = try #require(CivilTime.timestamp(year: 2030, month: month, day: 15))
    #expect(zone.offsetSeconds(at: moment.milliseconds / 1000) == offset)
  }

  @Test(arguments: [
    "", "CE-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-200",
    "CET-1CEST,M3.5.0,M10.5.0/3x", "<CET-1", "CET-1CEST,J0,J1", "CET-1CEST,M3.6.0,M1.1.1",
  ])
  func otherLinesAreRefused(line: String) {
    #expect(throws: TimeZoneFault.self) { try PosixZone(line) }
  }

  @Test func whatIsNoTimeZoneIsRefused() throws {
    let bytes = Array(try Data(contentsOf: URL(filePath: "\(Self.folder)/Europe/Berlin")))
    #expect(throws: TimeZoneFault.notTZif) { try TimeZoneRules(tzif: Array("hello".utf8)) }
    for length in stride(from: 4, to: bytes.count, by: 97) {
      #expect(throws: TimeZoneFault.self) { try TimeZoneRules(tzif: Array(bytes[..<length])) }
    }
    var wrong = bytes
    wrong[20] = 0xFF
    #expect(throws: TimeZoneFault.self) { try TimeZoneRules(tzif: wrong) }
  }

  @Test func aFileWithLeapSecondsIsRefused() throws {
    var bytes = Array(try Data(contentsOf: URL(filePath: "\(Self.folder)/UTC")))
    // The second header is behind the first block: 44 bytes of header, one type, four characters.
    let header = 44 + 6 + 4
    try #require(bytes[header..<header + 4].elementsEqual("TZif".utf8))
    bytes[header + 31] = 1
    #expect(throws: TimeZoneFault.leapSeconds) { try TimeZoneRules(tzif: bytes) }
  }
}
