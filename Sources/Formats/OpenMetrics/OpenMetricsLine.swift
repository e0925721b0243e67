internal import TimeSeries

/// A sample's line, read by the grammar alone.
struct OpenMetricsLine {
  let number: Int
  let name: String
  /// As written, with those whose value is empty.
  let written: [LabelSet.Label]
  let labelOffsets: [Int]
  /// Without those whose value is empty.
  let labels: LabelSet
  let measurement: Measurement
  let moment: ExactDecimal?

  init(_ line: Span<UInt8>, number: Int) throws(LineProblem) {
    let grammar = SampleGrammar(format: .openMetrics100, allowsQuotedNames: false)
    var offset = 0
    let (name, braces) = try grammar.namedLabels(line, &offset)
    measurement = try grammar.measurement(line, &offset)
    self.number = number
    self.name = name
    written = braces.labels
    labelOffsets = braces.labelOffsets
    labels = braces.labelSet
    moment = measurement.timestampToken.flatMap { ExactDecimal(line.extracting($0)) }
    try Self.checkRange(measurement.value, line, measurement.valueToken)
  }

  /// A number that is written with digits must fit a double.
  private static func checkRange(
    _ value: Double, _ line: Span<UInt8>, _ token: Range<Int>
  ) throws(LineProblem) {
    guard value.isInfinite, DecimalNumber.isReal(line.extracting(token)) else { return }
    throw LineProblem(
      offset: token.lowerBound,
      message: "\"\(line.excerpt(token))\" is out of the range of a 64-bit floating point number")
  }

  var valueOffset: Int { measurement.valueToken.lowerBound }

  /// Where a label's name begins; the start of the line if there is no such label.
  func offset(of label: String) -> Int {
    written.firstIndex { $0.name == label }.map { labelOffsets[$0] } ?? 0
  }

  func labels(without name: String) -> LabelSet {
    LabelSet(labels.labels.filter { $0.name != name })
  }

  var sample: OpenMetricsSample {
    OpenMetricsSample(
      line: number, name: name, labels: labels, value: measurement.value,
      timestamp: measurement.timestampMilliseconds.map { Timestamp(milliseconds: $0) })
  }
}
