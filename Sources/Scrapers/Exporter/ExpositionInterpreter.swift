internal import Formats
internal import LinuxSystem
internal import Signals
internal import TimeSeries

/// Turns the bodies of one target into readings, scrape after scrape. No I/O.
struct ExpositionInterpreter {
  /// What a body said.
  struct Reading {
    var readings: [TimeSeries.Reading]
    var incarnation: Incarnation?
    var build: BuildMarks?
    var sampleCount: Int
    var keptCount: Int
    /// Faulty lines, the first one in words; nil where there is none.
    var faults: String?
  }

  /// Why a whole body is worth nothing, for a person.
  struct Rejection: Error, Equatable, CustomStringConvertible {
    var description: String
  }

  private let target: ExporterTarget
  private var parser: ScrapeParser
  private var reader: SignalReader
  private var life = LifeTracker()
  private var outcome = ScrapeOutcome()

  init(_ target: ExporterTarget) {
    self.target = target
    reader = SignalReader(mapping: SignalMapping(configured: target.signals))
    parser = Self.parser(target, target.fallbackFormat, reader.mapping)
  }

  var runtime: ServiceRuntime? { reader.runtime }

  var provenances: [SignalProvenance] { reader.provenances }

  mutating func interpret(
    _ body: Span<UInt8>, contentType: String?
  ) throws(Rejection) -> Reading {
    adopt(format(contentType))
    parser.parse(body, into: &outcome)
    if outcome.isTruncated {
      throw Rejection(
        description: "more than \(target.sampleLimit) samples would be kept (sample_limit)")
    }
    if outcome.sampleCount == 0, let first = outcome.errors.first {
      throw Rejection(description: Self.noMetrics(contentType, first))
    }
    let signals = reader.read(outcome, parser.series)
    let start = signals.readings.first { $0.signal == .startTimeSeconds }
    return Reading(
      readings: signals.readings,
      incarnation: life.incarnation(startTime: start?.value, isReset: signals.isReset),
      build: reader.build.map { BuildMarks(information: $0) },
      sampleCount: outcome.sampleCount, keptCount: outcome.samples.count,
      faults: Self.faults(outcome))
  }

  private func format(_ contentType: String?) -> ExpositionFormat {
    let isGiven = contentType.map { !$0.allSatisfy(\.isWhitespace) } ?? false
    guard isGiven else { return target.fallbackFormat }
    return ExpositionFormat(contentType: contentType) ?? target.fallbackFormat
  }

  /// A target that changes its format begins with new series.
  private mutating func adopt(_ format: ExpositionFormat) {
    guard parser.format != format else { return }
    parser = Self.parser(target, format, reader.mapping)
    reader = SignalReader(mapping: reader.mapping)
  }

  private static func parser(
    _ target: ExporterTarget, _ format: ExpositionFormat, _ mapping: SignalMapping
  ) -> ScrapeParser {
    var limits = ScrapeLimits()
    limits.keptSamples = target.sampleLimit
    limits.listedErrors = 1
    return ScrapeParser(format: format, keep: mapping.filter, limits: limits)
  }

  private static func noMetrics(_ contentType: String?, _ error: ParseError) -> String {
    let type = contentType.map { " (Content-Type \($0))" } ?? ""
    return "the reply holds no metrics\(type); is the path right? line \(error.line), "
      + "column \(error.column): \(error.message)"
  }

  private static func faults(_ outcome: ScrapeOutcome) -> String? {
    guard let first = outcome.errors.first else { return nil }
    let others = outcome.errorCount - 1
    let more = others == 0 ? "" : " (and \(others) more faulty lines)"
    return "line \(first.line), column \(first.column): \(first.message)\(more)"
  }
}
