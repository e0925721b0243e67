import Testing

@testable import LeakWatchDaemon

@Suite struct RoughDurationTests {
  @Test(arguments: [
    (0, "0 s"), (41, "41 s"), (119.6, "120 s"), (120, "2 min"), (5400, "90 min"),
    (7200, "2 h"), (9000, "2.5 h"), (43_200, "12 h"), (172_799, "48 h"), (172_800, "2 d"),
    (276_480, "3.2 d"), (855_360, "9.9 d"), (863_999, "10 d"), (4_320_000, "50 d"),
    (78_894_000, "2.5 y"), (4e8, "over 10 y"), (.infinity, "over 10 y"),
  ]) func oneUnitAndWhatMatters(seconds: Double, text: String) {
    #expect(RoughDuration.text(seconds) == text)
  }

  @Test func intervalsShareTheirUnitWhereTheyCan() {
    let day = 86_400.0
    #expect(RoughDuration.text(3.2 * day, low: 2.8 * day, high: 3.7 * day) == "3.2 d (2.8–3.7 d)")
    #expect(RoughDuration.text(3 * day, low: 0.75 * day, high: 9.1 * day) == "3 d (18 h–9.1 d)")
    #expect(RoughDuration.text(3 * day, low: nil, high: nil) == "3 d")
    #expect(RoughDuration.text(3 * day, low: 2 * day, high: nil) == "3 d (from 2 d)")
    #expect(RoughDuration.text(3 * day, low: 2 * day, high: .infinity) == "3 d (from 2 d)")
    #expect(RoughDuration.text(.infinity, low: 2 * day, high: nil) == "over 10 y")
  }
}
