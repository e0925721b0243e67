internal import Formats
internal import Signals
internal import TimeSeries

/// Everything that one body of a target says: samples, faults, runtime and signals.
struct ScrapeReading {
  struct Sample {
    var name: String
    var labels: LabelSet
    var value: Double
    var timestamp: Timestamp?
  }

  struct KeptSignal {
    var provenance: SignalProvenance
    /// The sum where a signal is kept as several series; nil where it is not known yet.
    var value: Double?
  }

  private(set) var samples: [Sample] = []
  private(set) var errors: [ParseError] = []
  private(set) var errorCount = 0
  private(set) var runtime: ServiceRuntime?
  private(set) var signals: [KeptSignal] = []

  /// - Parameter isStrict: hold the body to every rule of OpenMetrics 1.0.
  init(_ body: ScrapedBody, isStrict: Bool) {
    let format = isStrict ? .openMetrics100 : Self.format(of: body)
    if isStrict {
      takeStrictly(body.bytes)
    } else {
      take(body.bytes, format)
    }
    takeSignals(body.bytes, format)
  }

  private static var limits: ScrapeLimits {
    var limits = ScrapeLimits()
    limits.keptSamples = .max
    limits.listedErrors = 10_000
    return limits
  }

  /// What the target says it is; a file says it by its last line.
  private static func format(of body: ScrapedBody) -> ExpositionFormat {
    if let format = ExpositionFormat(contentType: body.contentType) { return format }
    let ending = body.bytes.suffix(6)
    let isOpenMetrics =
      ending.elementsEqual("# EOF\n".utf8) || ending.dropFirst().elementsEqual("# EOF".utf8)
    return isOpenMetrics ? .openMetrics100 : .prometheusText004
  }

  private mutating func takeStrictly(_ bytes: [UInt8]) {
    let report = OpenMetricsValidator.validate(bytes.span, limits: Self.limits)
    errors = report.errors
    errorCount = report.errorCount
    samples = report.samples.map { sample in
      Sample(
        name: sample.name, labels: sample.labels, value: sample.value,
        timestamp: sample.timestamp)
    }
  }

  private mutating func take(_ bytes: [UInt8], _ format: ExpositionFormat) {
    var parser = ScrapeParser(format: format, keep: .everything, limits: Self.limits)
    let outcome = parser.parse(bytes.span)
    let series = parser.series
    errors = outcome.errors
    errorCount = outcome.errorCount
    samples = outcome.samples.map { sample in
      let descriptor = series[Int(sample.seriesIndex)]
      return Sample(
        name: descriptor.name, labels: descriptor.labels, value: sample.value,
        timestamp: sample.timestampMilliseconds.map(Timestamp.init(milliseconds:)))
    }
  }

  private mutating func takeSignals(_ bytes: [UInt8], _ format: ExpositionFormat) {
    let mapping = SignalMapping.usual
    var parser = ScrapeParser(format: format, keep: mapping.filter, limits: Self.limits)
    var reader = SignalReader(mapping: mapping)
    let outcome = parser.parse(bytes.span)
    let readings = reader.read(outcome, parser.series).readings
    runtime = reader.runtime
    signals = reader.provenances.map { provenance in
      let values = readings.filter { $0.signal == provenance.signal }.map(\.value)
      return KeptSignal(
        provenance: provenance, value: values.isEmpty ? nil : values.reduce(0, +))
    }
  }
}
