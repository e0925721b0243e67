/// A metadata line of OpenMetrics, with exactly one space between its parts.
///
///     # TYPE name type    # UNIT name [unit]    # HELP name [text]
struct OpenMetricsMetadata {
  enum Keyword: String {
    case type = "TYPE"
    case unit = "UNIT"
    case help = "HELP"
  }

  let keyword: Keyword
  let family: String
  /// Type, unit or text, up to the end of the line; may be empty.
  let content: Range<Int>

  init(_ line: Span<UInt8>) throws(LineProblem) {
    var offset = 1
    guard Self.takeSpace(line, &offset),
      let keyword = Keyword(rawValue: line.excerpt(Self.word(line, &offset)))
    else {
      throw LineProblem(
        offset: 0, message: "a line that begins with '#' must be # TYPE, # HELP, # UNIT or # EOF")
    }
    self.keyword = keyword
    guard Self.takeSpace(line, &offset), offset < line.count else {
      throw LineProblem(offset: offset, message: "the metric name is missing")
    }
    let name = Self.word(line, &offset)
    try Self.checkName(line, name)
    family = line.text(name)
    guard Self.takeSpace(line, &offset) else {
      throw LineProblem(
        offset: offset, message: "expected a space after metric name \"\(family)\"")
    }
    content = offset..<line.count
  }

  private static func checkName(
    _ line: Span<UInt8>, _ name: Range<Int>
  ) throws(LineProblem) {
    let isName =
      !name.isEmpty && line[name.lowerBound].startsMetricName
      && name.allSatisfy { line[$0].continuesMetricName }
    guard isName else {
      throw LineProblem(
        offset: name.lowerBound, message: "\"\(line.excerpt(name))\" is not a metric name")
    }
  }

  private static func takeSpace(_ line: Span<UInt8>, _ offset: inout Int) -> Bool {
    guard offset < line.count, line[offset] == UInt8(ascii: " ") else { return false }
    offset += 1
    return true
  }

  private static func word(_ line: Span<UInt8>, _ offset: inout Int) -> Range<Int> {
    let start = offset
    while offset < line.count, line[offset] != UInt8(ascii: " ") { offset += 1 }
    return start..<offset
  }
}
