internal import TimeSeries

/// The parts of a sample's line, without its line feed.
///
///     name [labels] value [timestamp]                     text 0.0.4, parted by blanks
///     name [labels] SP value [SP timestamp] [exemplar]    OpenMetrics
///     exemplar = SP "#" SP labels SP value [SP timestamp]
struct SampleGrammar {
  let format: ExpositionFormat

  /// Name and labels, from `offset` to behind them.
  func series(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> (name: String, labels: LabelSet) {
    var braces = LabelGrammar(
      format: format, allowsQuotedNames: true, metricName: try plainName(line, &offset))
    let beforeBlanks = offset
    if braces.metricName != nil { skipBlanks(line, &offset) }
    if offset < line.count, line[offset] == UInt8(ascii: "{") {
      try braces.read(line, &offset)
    } else {
      offset = beforeBlanks
    }
    guard let name = braces.metricName else {
      throw LineProblem(offset: offset, message: "the sample has no metric name")
    }
    let labels = braces.labels.filter { !$0.value.isEmpty }.sorted { $0.name < $1.name }
    return (name, LabelSet(labels))
  }

  /// Value, timestamp and exemplar, from behind name and labels to the end of the line.
  func measurement(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> (value: Double, timestampMilliseconds: Int64?) {
    try separator(line, &offset, before: "the value")
    let value = try number(line, &offset)
    var timestamp: Int64?
    if try hasFurtherPart(line, &offset), line[offset] != UInt8(ascii: "#") {
      timestamp = try timestampMilliseconds(line, &offset)
      _ = try hasFurtherPart(line, &offset)
    }
    guard offset < line.count else { return (value, timestamp) }
    guard format == .openMetrics100, line[offset] == UInt8(ascii: "#") else {
      throw LineProblem(
        offset: offset,
        message: "expected the end of the line, found \(line.described(at: offset))")
    }
    try exemplar(line, &offset)
    return (value, timestamp)
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

  private func exemplar(_ line: Span<UInt8>, _ offset: inout Int) throws(LineProblem) {
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
    _ = try number(line, &offset)
    guard offset < line.count else { return }
    try separator(line, &offset, before: "the exemplar's timestamp")
    _ = try timestampMilliseconds(line, &offset)
    guard offset == line.count else {
      throw LineProblem(
        offset: offset,
        message: "expected the end of the line, found \(line.described(at: offset))")
    }
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
      throw LineProblem(
        offset: offset,
        message: isParted || offset == line.count
          ? "\(what) is missing"
          : "expected a space before \(what), found \(line.described(at: offset))")
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

  private func number(_ line: Span<UInt8>, _ offset: inout Int) throws(LineProblem) -> Double {
    let token = token(line, &offset)
    guard let value = DecimalNumber.value(of: line.extracting(token)) else {
      throw LineProblem(
        offset: token.lowerBound, message: "\"\(line.excerpt(token))\" is not a number")
    }
    return value
  }

  private func timestampMilliseconds(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> Int64 {
    let token = token(line, &offset)
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
  private func token(_ line: Span<UInt8>, _ offset: inout Int) -> Range<Int> {
    let start = offset
    let tabParts = format == .prometheusText004
    while offset < line.count, line[offset] != UInt8(ascii: " "),
      !(tabParts && line[offset] == UInt8(ascii: "\t"))
    {
      offset += 1
    }
    return start..<offset
  }

  private func skipBlanks(_ line: Span<UInt8>, _ offset: inout Int) {
    guard format == .prometheusText004 else { return }
    while offset < line.count, line[offset].isBlank { offset += 1 }
  }
}
