import Testing
import TimeSeries

@testable import Detectors

@Suite struct RestartGainTests {
  private static let mebibyte = 1_048_576.0

  /// A level that wobbles by a mebibyte and grows by so many a day.
  private func floors(hours: Int, growthPerDay: Double, from level: Double = 400) -> [Double] {
    (0..<hours).map { hour in
      (level + growthPerDay * Double(hour) / 24 + Double(hour * 7 % 5) * 0.2) * Self.mebibyte
    }
  }

  @Test func growthIsBoughtBackByTheDay() throws {
    let gain = try #require(
      RestartGain(floors: floors(hours: 240, growthPerDay: 50), hour: .hours(1)))
    let rate = try #require(gain.bytesPerDay)
    #expect(abs(rate / Self.mebibyte - 50) < 0.5)
    let days = try #require(gain.bought).seconds / 86_400
    // From the middle of the first tenth to the middle of the last one.
    #expect(abs(days - 9) < 0.1)
    #expect(gain.firstBytes < gain.lastBytes)
  }

  @Test func gapsKeepTheirPlaceInTime() throws {
    var values = floors(hours: 240, growthPerDay: 50)
    for hour in 40..<200 { values[hour] = .nan }
    let gain = try #require(RestartGain(floors: values, hour: .hours(1)))
    #expect(abs(try #require(gain.bytesPerDay) / Self.mebibyte - 50) < 0.5)
  }

  @Test func aLevelMemoryGrowsByNothing() throws {
    let gain = try #require(
      RestartGain(floors: floors(hours: 100, growthPerDay: 0), hour: .hours(1)))
    #expect(gain.bytesPerDay == nil)
    #expect(gain.bought == nil)
  }

  @Test func growthBelowAHundredthIsNoReason() throws {
    let gain = try #require(
      RestartGain(floors: floors(hours: 100, growthPerDay: 0.9), hour: .hours(1)))
    #expect(gain.bytesPerDay == nil)
  }

  @Test func fewHoursSayNothing() {
    #expect(RestartGain(floors: [1e8, .nan, 2e8, 3e8, 4e8, 5e8], hour: .hours(1)) == nil)
    #expect(RestartGain(floors: [], hour: .hours(1)) == nil)
  }
}
