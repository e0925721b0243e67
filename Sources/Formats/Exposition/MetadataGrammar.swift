/// What a line that begins with '#' says.
enum MetadataLine {
  case type(family: String, MetricType)
  /// HELP, UNIT, or a comment of the text format: nothing that the parser keeps.
  case other
  case endOfExposition
}

/// Lines that begin with '#', without their line feed.
///
///     # TYPE name type    # HELP name text    # UNIT name unit    # EOF
///
/// In the text format any other such line is a comment, and blanks may be several.
struct MetadataGrammar {
  let format: ExpositionFormat

  func read(_ line: Span<UInt8>, _ offset: inout Int) throws(LineProblem) -> MetadataLine {
    let start = offset
    offset += 1
    guard blanks(line, &offset) else { return try comment(start) }
    let keyword = word(line, &offset)
    switch (line.excerpt(keyword), format) {
    case ("TYPE", _): return try type(line, &offset)
    case ("HELP", _), ("UNIT", .openMetrics100):
      _ = try family(line, &offset)
      return .other
    case ("EOF", .openMetrics100) where offset == line.count: return .endOfExposition
    default: return try comment(start)
    }
  }

  private func comment(_ start: Int) throws(LineProblem) -> MetadataLine {
    if format == .prometheusText004 { return .other }
    throw LineProblem(
      offset: start,
      message: "a line that begins with '#' must be # TYPE, # HELP, # UNIT or # EOF")
  }

  private func type(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> MetadataLine {
    let family = try family(line, &offset)
    guard blanks(line, &offset), offset < line.count else {
      throw LineProblem(offset: offset, message: "the type of \"\(family)\" is missing")
    }
    let name = word(line, &offset)
    guard let type = MetricType(word: line.excerpt(name), in: format) else {
      throw LineProblem(
        offset: name.lowerBound,
        message: "\"\(line.excerpt(name))\" is no metric type of \(format.title)")
    }
    if format == .prometheusText004 { _ = blanks(line, &offset) }
    guard offset == line.count else {
      throw LineProblem(
        offset: offset,
        message: "expected the end of the line, found \(line.described(at: offset))")
    }
    return .type(family: family, type)
  }

  private func family(_ line: Span<UInt8>, _ offset: inout Int) throws(LineProblem) -> String {
    guard blanks(line, &offset), offset < line.count else {
      throw LineProblem(offset: offset, message: "the metric name is missing")
    }
    if line[offset] == UInt8(ascii: "\"") { return try quotedFamily(line, &offset) }
    let name = word(line, &offset)
    var index = name.lowerBound
    while index < name.upperBound, line[index].continuesMetricName { index += 1 }
    guard index == name.upperBound, !name.isEmpty, line[name.lowerBound].startsMetricName else {
      throw LineProblem(
        offset: name.lowerBound, message: "\"\(line.excerpt(name))\" is not a metric name")
    }
    return line.text(name)
  }

  /// A name in quotes, as newer exporters write names beyond ASCII.
  private func quotedFamily(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> String {
    let start = offset
    let name = try LabelGrammar(format: format, allowsQuotedNames: true)
      .quoted(line, &offset, "metric name")
    guard !name.isEmpty else {
      throw LineProblem(offset: start, message: "the metric name in quotes is empty")
    }
    return name
  }

  /// One space in OpenMetrics, one blank or more in the text format.
  private func blanks(_ line: Span<UInt8>, _ offset: inout Int) -> Bool {
    let start = offset
    if format == .prometheusText004 {
      while offset < line.count, line[offset].isBlank { offset += 1 }
    } else if offset < line.count, line[offset] == UInt8(ascii: " ") {
      offset += 1
    }
    return offset > start
  }

  private func word(_ line: Span<UInt8>, _ offset: inout Int) -> Range<Int> {
    let start = offset
    while offset < line.count, !line[offset].isBlank { offset += 1 }
    return start..<offset
  }
}

extension ExpositionFormat {
  /// The format's name in messages.
  var title: String {
    switch self {
    case .prometheusText004: "text format 0.0.4"
    case .openMetrics100: "OpenMetrics 1.0"
    }
  }
}
