import Testing

@testable import TimeSeries

@Suite struct CivilTimeTests {
  @Test(arguments: [
    (Int64(0), "1970-01-01T00:00:00Z"),
    (1_795_341_600_000, "2026-11-22T10:00:00Z"),
    (1_795_341_600_007, "2026-11-22T10:00:00.007Z"),
    (-1, "1969-12-31T23:59:59.999Z"),
    (951_782_400_000, "2000-02-29T00:00:00Z"),
    (-2_203_891_200_000, "1900-03-01T00:00:00Z"),
    (13_574_563_200_000, "2400-02-29T00:00:00Z"),
    (253_402_214_400_000, "9999-12-31T00:00:00Z"),
    (-62_135_596_800_000, "0001-01-01T00:00:00Z"),
    (253_402_300_800_000, "10000-01-01T00:00:00Z"),
  ])
  func timestampsReadAsRFC3339(milliseconds: Int64, text: String) {
    #expect(Timestamp(milliseconds: milliseconds).rfc3339 == text)
  }

  @Test func everyDayOfFourCenturiesComesBackAsItWentIn() throws {
    var expected = try #require(CivilTime.timestamp(year: 1900, month: 1, day: 1))
    for year in 1900..<2301 {
      for month in 1...12 {
        for day in 1...31 {
          guard let found = CivilTime.timestamp(year: year, month: month, day: day) else {
            continue
          }
          #expect(found == expected)
          expected = expected + .days(1)
        }
      }
    }
    #expect(expected.rfc3339 == "2301-01-01T00:00:00Z")
  }

  @Test(arguments: [
    (2026, 2, 29), (1900, 2, 29), (2026, 4, 31), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0),
    (10_000, 1, 1), (-1, 1, 1),
  ])
  func daysThatDoNotExistAreRefused(year: Int, month: Int, day: Int) {
    #expect(CivilTime.timestamp(year: year, month: month, day: day) == nil)
  }
}
