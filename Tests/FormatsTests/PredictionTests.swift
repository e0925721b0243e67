import Testing
import TimeSeries

@testable import Formats

/// Everything that a scrape tells, in terms that do not depend on the parser's history.
private struct Story: Equatable {
  struct Sample: Equatable {
    var series: SeriesDescriptor
    var bits: UInt64
    var timestamp: Int64?
  }
  var samples: [Sample]
  var sampleCount: Int
  var errors: [ParseError]
  var errorCount: Int
  var isTruncated: Bool

  init(_ outcome: ScrapeOutcome, _ parser: ScrapeParser) {
    samples = outcome.samples.map { sample in
      Sample(
        series: parser.series[Int(sample.seriesIndex)], bits: sample.value.bitPattern,
        timestamp: sample.timestampMilliseconds)
    }
    sampleCount = outcome.sampleCount
    errors = outcome.errors
    errorCount = outcome.errorCount
    isTruncated = outcome.isTruncated
  }
}

/// Follows a target as a client does: which series each index stands for.
private struct Follower {
  var names: [Int32: String] = [:]

  mutating func take(_ outcome: ScrapeOutcome, _ parser: ScrapeParser) {
    let identity = { (index: Int32) in
      let series = parser.series[Int(index)]
      return "\(series.name)\(series.labels)"
    }
    for index in outcome.appeared {
      #expect(names[index] == nil)
      names[index] = identity(index)
    }
    var seen: Set<Int32> = []
    for sample in outcome.samples {
      #expect(names[sample.seriesIndex] == identity(sample.seriesIndex))
      seen.insert(sample.seriesIndex)
    }
    for index in outcome.disappeared {
      #expect(!seen.contains(index))
      #expect(names.removeValue(forKey: index) != nil)
    }
    #expect(seen == Set(names.keys))
  }
}

@Suite struct PredictionTests {
  /// Random changes between scrapes: what the prediction yields must be what a new parser yields.
  @Test(arguments: [ExpositionFormat.prometheusText004, .openMetrics100], 0..<60)
  func predictedScrapeEqualsFreshScrape(format: ExpositionFormat, seed: Int) {
    var random = SplitMix(state: UInt64(seed))
    var limits = ScrapeLimits()
    limits.lineBytes = 120
    limits.keptSamples = seed % 5 == 0 ? 12 : 50_000
    let keep =
      seed % 3 == 0 ? FamilyFilter.everything : FamilyFilter(patterns: ["a", "*_sum", "u"])
    var parser = ScrapeParser(format: format, keep: keep, limits: limits)
    var follower = Follower()
    var outcome = ScrapeOutcome()
    var lines = RandomExposition.lines(format, &random)
    for _ in 0..<40 {
      RandomExposition.mutate(&lines, format, &random)
      var body = Array(lines.joined(separator: "\n").utf8)
      if random.next() % 4 > 0 { body.append(UInt8(ascii: "\n")) }
      if random.next() % 8 == 0, !body.isEmpty {
        body[Int(random.next() % UInt64(body.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      parser.parse(body.span, into: &outcome)
      var fresh = ScrapeParser(format: format, keep: keep, limits: limits)
      let expected = fresh.parse(body.span)
      #expect(Story(outcome, parser) == Story(expected, fresh))
      follower.take(outcome, parser)
    }
  }

  @Test func unchangedOrderNeedsNoRecording() {
    var parser = ScrapeParser(format: .prometheusText004, keep: .everything)
    let filler = (0..<20).map { "x{n=\"\($0)\"} 1" }.joined(separator: "\n")
    for value in ["1", "-2.5e3", "NaN", "18446744073709551615", "7 1700000000000"] {
      let text = "# HELP a b\n# TYPE a gauge\na{b=\"c\"} \(value)\n\(filler)\n"
      let outcome = parser.parse(Array(text.utf8).span)
      #expect(outcome.samples.count == 21)
      #expect(outcome.disappeared == [])
      #expect(outcome.samples.map(\.seriesIndex) == Array(0..<21))
    }
  }

  @Test func predictedLinesKeepTheLengthLimit() {
    var limits = ScrapeLimits()
    limits.lineBytes = 24
    let keep = FamilyFilter(patterns: ["a", "z"])
    var parser = ScrapeParser(format: .prometheusText004, keep: keep, limits: limits)
    let filler = (0..<30).map { "z{n=\"\($0)\"} 1\n" }.joined()
    for (help, value, dropped) in [
      ("h", "1", "d"), ("h", "1.000000000001", "d"), ("h", "2", "dddddddddddddddd"),
      ("hhhhhhhhhhhhhhhhhh", "3", "d"), ("h", "4", "d"),
    ] {
      let text = "# HELP a \(help)\na{x=\"12345\"} \(value)\nb{x=\"\(dropped)\"} 1\n\(filler)"
      let outcome = parser.parse(Array(text.utf8).span)
      let long = text.split(separator: "\n").enumerated().filter { $0.element.utf8.count > 24 }
      #expect(outcome.errors.map(\.line) == long.map { $0.offset + 1 })
    }
  }
}
