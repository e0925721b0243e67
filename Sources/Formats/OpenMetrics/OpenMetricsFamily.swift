internal import TimeSeries

/// The family whose lines are being read: its metadata, and the order of its metrics and points.
struct OpenMetricsFamily {
  let name: String
  /// 1-based, where the family begins.
  let line: Int
  private var typeLine: MetricType?
  private var unit: String?
  private var hasHelp = false
  private(set) var hasSamples = false
  /// Once a line of the family is faulty, what it lacks is no fault of its own.
  var isFaulty = false

  private var seenMetrics: Set<LabelSet> = []
  private var metric: LabelSet?
  private var moment: ExactDecimal?
  private var seriesOfPoint: Set<SeriesOfPoint> = []
  private var histogram = HistogramPoint()
  private var hasTotal = false
  private var lastLine = 0

  private struct SeriesOfPoint: Hashable {
    var name: String
    var labels: LabelSet
  }

  init(name: String, line: Int) {
    self.name = name
    self.line = line
  }

  var type: MetricType { typeLine ?? .unknown }

  var rules: OpenMetricsSampleRules { OpenMetricsSampleRules(family: name, type: type) }

  /// Names that samples of this family have or could have.
  var sampleNames: [String] { type.sampleSuffixes(in: .openMetrics100).map { name + $0 } }

  mutating func add(
    _ metadata: OpenMetricsMetadata, _ line: Span<UInt8>
  ) throws(LineProblem) {
    guard !hasSamples else {
      throw LineProblem(
        offset: 0,
        message: "# \(metadata.keyword.rawValue) must come before the samples of \"\(name)\"")
    }
    let isRepeated: Bool =
      switch metadata.keyword {
      case .type: typeLine != nil
      case .unit: unit != nil
      case .help: hasHelp
      }
    guard !isRepeated else {
      throw LineProblem(
        offset: 0, message: "\"\(name)\" has a second # \(metadata.keyword.rawValue) line")
    }
    switch metadata.keyword {
    case .help: try addHelp(line, metadata.content)
    case .type: try addType(line, metadata.content)
    case .unit: try addUnit(line, metadata.content)
    }
  }

  private mutating func addHelp(
    _ line: Span<UInt8>, _ content: Range<Int>
  ) throws(LineProblem) {
    hasHelp = true
    guard line.validText(content) != nil else {
      throw LineProblem(offset: content.lowerBound, message: "the help text is not valid UTF-8")
    }
  }

  private mutating func addType(
    _ line: Span<UInt8>, _ content: Range<Int>
  ) throws(LineProblem) {
    guard let type = MetricType(word: line.excerpt(content), in: .openMetrics100) else {
      throw LineProblem(
        offset: content.lowerBound,
        message: "\"\(line.excerpt(content))\" is no metric type of OpenMetrics 1.0")
    }
    typeLine = type
    try checkUnit(at: content.lowerBound)
  }

  private mutating func addUnit(
    _ line: Span<UInt8>, _ content: Range<Int>
  ) throws(LineProblem) {
    guard content.allSatisfy({ line[$0].continuesMetricName }) else {
      throw LineProblem(
        offset: content.lowerBound, message: "\"\(line.excerpt(content))\" is not a unit")
    }
    let unit = line.text(content)
    self.unit = unit
    guard unit.isEmpty || name.hasSuffix("_" + unit) else {
      throw LineProblem(
        offset: content.lowerBound,
        message: "the name \"\(name)\" does not end with its unit \"_\(unit)\"")
    }
    try checkUnit(at: content.lowerBound)
  }

  private func checkUnit(at offset: Int) throws(LineProblem) {
    guard let unit, !unit.isEmpty, type == .info || type == .stateSet else { return }
    throw LineProblem(offset: offset, message: "type \(type.rawValue) must not have a unit")
  }

  /// Takes a sample of this family. `faults` receives what the point before it lacks.
  mutating func add(
    _ line: OpenMetricsLine, suffix: String, faults: (String, Int) -> Void
  ) throws(LineProblem) {
    hasSamples = true
    let rules = rules
    try rules.check(line, suffix: suffix)
    try enterPoint(line, line.labels(without: rules.pointLabel(suffix) ?? ""), faults)
    let series = SeriesOfPoint(name: line.name, labels: line.labels)
    guard seriesOfPoint.insert(series).inserted else {
      // Timestamps rise monotonically: they may stay. Without any, nothing tells two points apart.
      guard line.moment == nil else { return }
      throw LineProblem(offset: 0, message: "the sample is given twice")
    }
    lastLine = line.number
    hasTotal = hasTotal || suffix == "_total"
    if type == .histogram || type == .gaugeHistogram {
      try histogram.add(line, suffix: suffix)
    }
  }

  /// Moves on to the metric and the point of the sample, if they are others than the last one's.
  private mutating func enterPoint(
    _ line: OpenMetricsLine, _ metric: LabelSet, _ faults: (String, Int) -> Void
  ) throws(LineProblem) {
    if metric == self.metric {
      guard (line.moment == nil) == (moment == nil) else {
        throw LineProblem(
          offset: line.valueOffset,
          message: "some samples of this metric have a timestamp, some not")
      }
      guard let next = line.moment, let last = moment, next != last else { return }
      guard next > last else {
        throw LineProblem(
          offset: line.measurement.timestampToken?.lowerBound ?? 0,
          message: "the timestamps of a metric must rise")
      }
    } else if seenMetrics.contains(metric) {
      throw LineProblem(
        offset: 0, message: "the samples of a metric must stand together: others came between")
    }
    finishPoint(faults)
    seenMetrics.insert(metric)
    self.metric = metric
    moment = line.moment
    seriesOfPoint = []
    histogram = HistogramPoint()
    hasTotal = false
  }

  /// Checks that the point has all that its type demands.
  func finishPoint(_ faults: (String, Int) -> Void) {
    guard metric != nil, !isFaulty else { return }
    switch type {
    case .counter where !hasTotal: faults("the counter has no \"_total\"", lastLine)
    case .histogram, .gaugeHistogram:
      if let fault = histogram.fault(type, lastLine: lastLine) { faults(fault.message, fault.line) }
    default: break
    }
  }
}
