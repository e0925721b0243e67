internal import TimeSeries

/// What stands between braces, read from one line.
///
///     {name="value",…}           both formats; the text format allows blanks and a last comma
///     {"metric name","label name"="value"}   names in quotes may be any UTF-8
struct LabelGrammar {
  let format: ExpositionFormat
  /// Whether names may stand in quotes. OpenMetrics 1.0 does not know them, yet exporters that
  /// negotiated them send them.
  let allowsQuotedNames: Bool

  private(set) var metricName: String?
  private(set) var labels: [LabelSet.Label] = []
  /// Where each label's name begins, for messages.
  private(set) var labelOffsets: [Int] = []

  init(format: ExpositionFormat, allowsQuotedNames: Bool, metricName: String? = nil) {
    self.format = format
    self.allowsQuotedNames = allowsQuotedNames
    self.metricName = metricName
  }

  /// The labels as a set: one whose value is empty is the same as an absent one.
  var labelSet: LabelSet {
    LabelSet(labels.filter { !$0.value.isEmpty }.sorted { $0.name < $1.name })
  }

  /// Reads from the opening brace at `offset` to behind the closing one.
  mutating func read(_ line: Span<UInt8>, _ offset: inout Int) throws(LineProblem) {
    offset += 1
    skipBlanks(line, &offset)
    if take(UInt8(ascii: "}"), line, &offset) { return }
    while true {
      try readPair(line, &offset)
      skipBlanks(line, &offset)
      if take(UInt8(ascii: "}"), line, &offset) { return }
      guard take(UInt8(ascii: ","), line, &offset) else {
        throw LineProblem(
          offset: offset,
          message: "expected ',' or '}' after a label, found \(line.described(at: offset))")
      }
      skipBlanks(line, &offset)
      if format == .prometheusText004, take(UInt8(ascii: "}"), line, &offset) { return }
    }
  }

  private mutating func readPair(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) {
    let start = offset
    let isQuoted = offset < line.count && line[offset] == UInt8(ascii: "\"") && allowsQuotedNames
    let name = try isQuoted ? quoted(line, &offset, "name") : plainName(line, &offset)
    skipBlanks(line, &offset)
    if isQuoted, metricName == nil, labels.isEmpty,
      offset == line.count || line[offset] != UInt8(ascii: "=")
    {
      guard !name.isEmpty else {
        throw LineProblem(offset: start, message: "the metric name in quotes is empty")
      }
      metricName = name
      return
    }
    guard take(UInt8(ascii: "="), line, &offset) else {
      throw LineProblem(
        offset: offset,
        message: "expected '=' after label name \"\(name)\", found \(line.described(at: offset))")
    }
    skipBlanks(line, &offset)
    guard offset < line.count, line[offset] == UInt8(ascii: "\"") else {
      throw LineProblem(
        offset: offset,
        message: "expected '\"' before the value of label \"\(name)\", "
          + "found \(line.described(at: offset))")
    }
    let value = try quoted(line, &offset, "value of label \"\(name)\"")
    try add(LabelSet.Label(name: name, value: value), at: start)
  }

  private mutating func add(_ label: LabelSet.Label, at start: Int) throws(LineProblem) {
    guard label.name != "__name__" else {
      throw LineProblem(offset: start, message: "label name \"__name__\" is reserved")
    }
    guard !labels.contains(where: { $0.name == label.name }) else {
      throw LineProblem(offset: start, message: "label \"\(label.name)\" is given twice")
    }
    labels.append(label)
    labelOffsets.append(start)
  }

  private func plainName(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> String {
    guard offset < line.count, line[offset].isLetterOrUnderscore else {
      throw LineProblem(
        offset: offset, message: "expected a label name, found \(line.described(at: offset))")
    }
    let start = offset
    while offset < line.count, line[offset].continuesLabelName { offset += 1 }
    return line.text(start..<offset)
  }

  /// Text in quotes with its escapes `\\`, `\"` and `\n` undone; any other backslash stands for
  /// itself, in both formats.
  func quoted(
    _ line: Span<UInt8>, _ offset: inout Int, _ what: String
  ) throws(LineProblem) -> String {
    let start = offset
    offset += 1
    var bytes: [UInt8] = []
    var plain = offset
    while offset < line.count, line[offset] != UInt8(ascii: "\"") {
      guard line[offset] == UInt8(ascii: "\\"), offset + 1 < line.count else {
        offset += 1
        continue
      }
      line.append(plain..<offset, to: &bytes)
      appendEscaped(line[offset + 1], to: &bytes)
      offset += 2
      plain = offset
    }
    guard offset < line.count else {
      throw LineProblem(offset: start, message: "the \(what) has no closing quote")
    }
    offset += 1
    let text: String?
    if bytes.isEmpty {
      text = line.validText(plain..<offset - 1)
    } else {
      line.append(plain..<offset - 1, to: &bytes)
      text = String(validating: bytes, as: UTF8.self)
    }
    if let text { return text }
    throw LineProblem(offset: start, message: "the \(what) is not valid UTF-8")
  }

  private func appendEscaped(_ byte: UInt8, to bytes: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): bytes.append(byte)
    default: bytes += [UInt8(ascii: "\\"), byte]
    }
  }

  private func take(_ byte: UInt8, _ line: Span<UInt8>, _ offset: inout Int) -> Bool {
    guard offset < line.count, line[offset] == byte else { return false }
    offset += 1
    return true
  }

  private func skipBlanks(_ line: Span<UInt8>, _ offset: inout Int) {
    guard format == .prometheusText004 else { return }
    while offset < line.count, line[offset].isBlank { offset += 1 }
  }
}

extension Span<UInt8> {
  /// The bytes as text; nil where they are not valid UTF-8.
  func validText(_ range: Range<Int>) -> String? {
    guard let text = try? UTF8Span(validating: extracting(range)) else { return nil }
    return String(copying: text)
  }

  func append(_ range: Range<Int>, to buffer: inout [UInt8]) {
    for index in range { buffer.append(self[index]) }
  }

  /// Bytes known to be ASCII, as text.
  func text(_ range: Range<Int>) -> String {
    validText(range) ?? ""
  }
}
