import Testing

@testable import TimeSeries

@Suite struct UnitsTests {
  @Test(arguments: [
    (0.0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (536_870_912, "512 MiB"),
    (1_610_612_736, "1.5 GiB"), (-3277, "−3.2 KiB"), (.nan, "unknown"), (1e300, "unknown"),
  ])
  func byteCountReadsAsPeopleWriteIt(bytes: Double, text: String) {
    #expect(ByteCount(bytes).description == text)
  }

  @Test(arguments: [
    (Int64(0), "0 s"), (250, "250 ms"), (45_000, "45 s"), (720_000, "12 min"),
    (273_600_000, "3 d 4 h"), (-90_000, "−1 min 30 s"),
  ])
  func timeSpanHasTwoUnitsAtMost(milliseconds: Int64, text: String) {
    #expect(TimeSpan(milliseconds: milliseconds).description == text)
  }

  @Test func theEarliestOfTwoMomentsMayBeUnknown() {
    let (one, other) = (Timestamp(milliseconds: 1), Timestamp(milliseconds: 2))
    #expect(Timestamp.earliest(one, other) == one && Timestamp.earliest(other, one) == one)
    #expect(Timestamp.earliest(nil, other) == other && Timestamp.earliest(one, nil) == one)
    #expect(Timestamp.earliest(nil, nil) == nil)
  }

  @Test func timestampRoundsToTheNearestMillisecond() {
    #expect(Timestamp(seconds: 1.0004999).milliseconds == 1000)
    #expect(Timestamp(seconds: 1.0006).milliseconds == 1001)
    #expect(Timestamp(seconds: .infinity).milliseconds == .max)
  }
}
