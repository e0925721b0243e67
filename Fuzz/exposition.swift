// Modules: TimeSeries Formats

import Formats

/// What a scrape tells, in terms that do not depend on the parser's history.
private struct Story: Equatable {
  var series: [SeriesDescriptor]
  var bits: [UInt64]
  var timestamps: [Int64?]
  var errors: [ParseError]
  var counts: [Int]

  init(_ outcome: ScrapeOutcome, _ parser: ScrapeParser) {
    series = outcome.samples.map { parser.series[Int($0.seriesIndex)] }
    bits = outcome.samples.map(\.value.bitPattern)
    timestamps = outcome.samples.map(\.timestampMilliseconds)
    errors = outcome.errors
    counts = [outcome.sampleCount, outcome.errorCount, outcome.isTruncated ? 1 : 0]
  }
}

/// The input is options and bodies, parted by byte 0xFF: one parser reads them one after the other,
/// then the first again if there are several, and each time a new parser must tell the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzExposition(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  guard let options = bytes.first else { return 0 }
  let format: ExpositionFormat = options & 1 == 0 ? .prometheusText004 : .openMetrics100
  let keep = options & 2 == 0 ? FamilyFilter.everything : FamilyFilter(patterns: ["a", "*b"])
  var limits = ScrapeLimits()
  if options & 4 != 0 { limits.keptSamples = 3 }
  if options & 8 != 0 { limits.lineBytes = 20 }

  var bodies = bytes.dropFirst().split(
    separator: 0xFF, maxSplits: 2, omittingEmptySubsequences: false
  ).map { Array($0) }
  if bodies.count > 1 { bodies.append(bodies[0]) }
  var parser = ScrapeParser(format: format, keep: keep, limits: limits)
  var outcome = ScrapeOutcome()
  var live: Set<Int32> = []
  for body in bodies {
    parser.parse(body.span, into: &outcome)
    var fresh = ScrapeParser(format: format, keep: keep, limits: limits)
    let expected = fresh.parse(body.span)
    precondition(Story(outcome, parser) == Story(expected, fresh))
    for index in outcome.appeared { precondition(live.insert(index).inserted) }
    for index in outcome.disappeared { precondition(live.remove(index) != nil) }
    precondition(live == Set(outcome.samples.map(\.seriesIndex)))
  }
  return 0
}
