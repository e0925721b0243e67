internal import TimeSeries

/// What stands behind name and labels.
struct Measurement {
  struct Exemplar {
    var labels: [LabelSet.Label]
    var value: Double
    /// Of the "#", from the start of the line.
    var offset: Int
  }

  var value: Double
  /// Bytes of the value and of the timestamp in the line.
  var valueToken: Range<Int>
  var timestampMilliseconds: Int64?
  var timestampToken: Range<Int>?
  var exemplar: Exemplar?

  init(value: Double, valueToken: Range<Int>) {
    self.value = value
    self.valueToken = valueToken
  }
}

/// The parts of a sample's line, without its line feed.
///
///     name [labels] value [timestamp]                     text 0.0.4, parted by blanks
///     name [labels] SP value [SP timestamp] [exemplar]    OpenMetrics
///     exemplar = SP "#" SP labels SP value [SP timestamp]
struct SampleGrammar {
  let format: ExpositionFormat

  /// Whether names in quotes are taken: see `LabelGrammar`.
  var allowsQuotedNames = true

  /// Name and labels, from `offset` to behind them; without labels that have no value.
  func series(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> (name: String, labels: LabelSet) {
    let (name, braces) = try namedLabels(line, &offset)
    return (name, braces.labelSet)
  }

  /// As `series`, with the labels as they are written.
  func namedLabels(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> (name: String, braces: LabelGrammar) {
    var braces = LabelGrammar(
      format: format, allowsQuotedNames: allowsQuotedNames,
      metricName: try plainName(line, &offset))
    let beforeBlanks = offset
    if braces.metricName != nil { skipBlanks(line, &offset) }
    if offset < line.count, line[offset] == UInt8(ascii: "{") {
      try braces.read(line, &offset)
    } else {
      offset = beforeBlanks
    }
    guard let name = braces.metricName else {
      throw LineProblem(offset: beforeBlanks, message: "the sample has no metric name")
    }
    return (name, braces)
  }

  /// Value, timestamp and exemplar, from behind name and labels to the end of the line.
  func measurement(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> Measurement {
    try separator(line, &offset, before: "the value")
    let (value, token) = try number(line, &offset)
    var measurement = Measurement(value: value, valueToken: token)
    if try hasFurtherPart(line, &offset), line[offset] != UInt8(ascii: "#") {
      let start = offset
      measurement.timestampMilliseconds = try timestampMilliseconds(line, &offset)
      measurement.timestampToken = start..<offset
      _ = try hasFurtherPart(line, &offset)
    }
    guard offset < line.count else { return measurement }
    guard format == .openMetrics100, line[offset] == UInt8(ascii: "#") else {
      throw LineProblem(
        offset: offset,
        message: "expected the end of the line, found \(line.described(at: offset))")
    }
    measurement.exemplar = try exemplar(line, &offset)
    return measurement
  }

  /// A metric name without quotes; nil at an opening brace, which may hold a quoted one.
  private func plainName(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> String? {
    let start = offset
    guard offset < line.count, line[offset].startsMetricName else {
      if offset < line.count, line[offset] == UInt8(ascii: "{") { return nil }
      throw LineProblem(
        offset: offset, message: "expected a metric name, found \(line.described(at: offset))")
    }
    while offset < line.count, line[offset].continuesMetricName { offset += 1 }
    return line.text(start..<offset)
  }

  private func exemplar(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> Measurement.Exemplar {
    let start = offset
    offset += 1
    try separator(line, &offset, before: "the exemplar's labels")
    guard offset < line.count, line[offset] == UInt8(ascii: "{") else {
      throw LineProblem(
        offset: offset,
        message: "expected the exemplar's labels in braces, found \(line.described(at: offset))")
    }
    var braces = LabelGrammar(format: format, allowsQuotedNames: false)
    try braces.read(line, &offset)
    try separator(line, &offset, before: "the exemplar's value")
    let (value, _) = try number(line, &offset)
    let exemplar = Measurement.Exemplar(labels: braces.labels, value: value, offset: start)
    guard offset < line.count else { return exemplar }
    try separator(line, &offset, before: "the exemplar's timestamp")
    _ = try timestampMilliseconds(line, &offset)
    guard offset == line.count else {
      throw LineProblem(
        offset: offset,
        message: "expected the end of the line, found \(line.described(at: offset))")
    }
    return exemplar
  }

  /// One space in OpenMetrics; any blanks in the text format, where a brace alone parts as well.
  private func separator(
    _ line: Span<UInt8>, _ offset: inout Int, before what: String
  ) throws(LineProblem) {
    let start = offset
    if format == .prometheusText004 {
      skipBlanks(line, &offset)
    } else if offset < line.count, line[offset] == UInt8(ascii: " ") {
      offset += 1
    }
    let isParted =
      offset > start
      || (format == .prometheusText004 && start > 0 && line[start - 1] == UInt8(ascii: "}"))
    guard isParted, offset < line.count else {
      let expected = isParted || offset == line.count ? what : "a space before \(what)"
      throw LineProblem(
        offset: offset, message: "expected \(expected), found \(line.described(at: offset))")
    }
  }

  /// Whether something follows behind the blanks at `offset`; moves to it.
  private func hasFurtherPart(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> Bool {
    if format == .prometheusText004 {
      skipBlanks(line, &offset)
      return offset < line.count
    }
    guard offset < line.count else { return false }
    offset += 1
    guard offset < line.count else {
      throw LineProblem(offset: offset - 1, message: "the line ends with a space")
    }
    return true
  }

  private func number(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> (value: Double, token: Range<Int>) {
    let token = try token(line, &offset, "a number")
    guard let value = DecimalNumber.value(of: line.extracting(token)) else {
      throw LineProblem(
        offset: token.lowerBound, message: "\"\(line.excerpt(token))\" is not a number")
    }
    return (value, token)
  }

  private func timestampMilliseconds(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> Int64 {
    let token = try token(line, &offset, "a timestamp")
    let bytes = line.extracting(token)
    switch format {
    case .prometheusText004:
      if let milliseconds = Int64(line.text(token)) { return milliseconds }
      throw LineProblem(
        offset: token.lowerBound,
        message: "timestamp \"\(line.excerpt(token))\" is not a whole number of milliseconds")
    case .openMetrics100:
      if DecimalNumber.isReal(bytes), let seconds = DecimalNumber.value(of: bytes),
        seconds.isFinite
      {
        return Timestamp(seconds: seconds).milliseconds
      }
      throw LineProblem(
        offset: token.lowerBound,
        message: "timestamp \"\(line.excerpt(token))\" is not a number of seconds")
    }
  }

  /// Everything up to the next blank; in OpenMetrics only a space parts.
  private func token(
    _ line: Span<UInt8>, _ offset: inout Int, _ what: String
  ) throws(LineProblem) -> Range<Int> {
    let start = offset
    let tabParts = format == .prometheusText004
    while offset < line.count, line[offset] != UInt8(ascii: " "),
      !(tabParts && line[offset] == UInt8(ascii: "\t"))
    {
      offset += 1
    }
    guard offset > start else {
      throw LineProblem(
        offset: offset, message: "expected \(what), found \(line.described(at: offset))")
    }
    return start..<offset
  }

  private func skipBlanks(_ line: Span<UInt8>, _ offset: inout Int) {
    guard format == .prometheusText004 else { return }
    while offset < line.count, line[offset].isBlank { offset += 1 }
  }
}
