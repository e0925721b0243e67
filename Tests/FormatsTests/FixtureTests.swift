import Foundation
import Testing
import TimeSeries

@testable import Formats

/// Files beside the tests: `Bad/NAME.om|prom` with every expected fault in `Bad/NAME.om|prom.expected`,
/// and `Good/NAME.om|prom` without any.
enum Fixture {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  static func names(_ kind: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent(kind).path)
    return (names ?? []).filter { !$0.hasSuffix(".expected") }.sorted()
  }

  static func bytes(_ kind: String, _ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: folder.appendingPathComponent(kind).appendingPathComponent(name)))
  }

  static func errors(_ name: String, _ bytes: [UInt8]) -> [ParseError] {
    if name.hasSuffix(".om") { return OpenMetricsValidator.validate(bytes.span).errors }
    var parser = ScrapeParser(format: .prometheusText004, keep: .everything)
    return parser.parse(bytes.span).errors
  }
}

@Suite struct FixtureTests {
  @Test(arguments: Fixture.names("Bad"))
  func placesEveryFault(name: String) throws {
    let expected = String(
      decoding: try Fixture.bytes("Bad", name + ".expected"), as: UTF8.self)
    let found = Fixture.errors(name, try Fixture.bytes("Bad", name))
    #expect(!found.isEmpty)
    #expect(found.map { "\($0)\n" }.joined() == expected)
  }

  @Test(arguments: Fixture.names("Good"))
  func findsNoFault(name: String) throws {
    #expect(Fixture.errors(name, try Fixture.bytes("Good", name)) == [])
  }

  /// What the whole check lets pass, the scrape parser must read with the same samples.
  @Test(arguments: Fixture.names("Good").filter { $0.hasSuffix(".om") })
  func scrapeAgreesWithCheck(name: String) throws {
    let bytes = try Fixture.bytes("Good", name)
    let checked = OpenMetricsValidator.validate(bytes.span).samples
    var parser = ScrapeParser(format: .openMetrics100, keep: .everything)
    let outcome = parser.parse(bytes.span)
    #expect(outcome.errors == [])
    #expect(outcome.samples.count == checked.count)
    for (sample, other) in zip(outcome.samples, checked) {
      let series = parser.series[Int(sample.seriesIndex)]
      #expect(series.name == other.name)
      #expect(series.labels == other.labels)
      #expect(sample.value.bitPattern == other.value.bitPattern)
      #expect(sample.timestampMilliseconds == other.timestamp?.milliseconds)
    }
  }

  @Test func fixturesAreThere() {
    #expect(Fixture.names("Bad").count > 100)
    #expect(Fixture.names("Good").count > 20)
  }
}
