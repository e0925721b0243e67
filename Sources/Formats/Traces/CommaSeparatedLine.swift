/// The cells of one line of CSV (RFC 4180, but a quoted cell ends on its line).
struct CommaSeparatedLine {
  /// Bytes of each cell, without the blanks and the quotes around it. Reused from line to line.
  private(set) var cells: [Range<Int>] = []

  /// Splits a line that has no line feed.
  mutating func split(_ line: Span<UInt8>) throws(LineProblem) {
    cells.removeAll(keepingCapacity: true)
    var offset = 0
    while true {
      cells.append(try cell(line, &offset))
      guard offset < line.count else { return }
      guard line[offset] == UInt8(ascii: ",") else {
        throw LineProblem(
          offset: offset,
          message: "expected ',' after a quoted cell, found \(line.described(at: offset))")
      }
      offset += 1
    }
  }

  private func cell(_ line: Span<UInt8>, _ offset: inout Int) throws(LineProblem) -> Range<Int> {
    while offset < line.count, line[offset].isBlank { offset += 1 }
    if offset < line.count, line[offset] == UInt8(ascii: "\"") {
      return try quotedCell(line, &offset)
    }
    let start = offset
    while offset < line.count, line[offset] != UInt8(ascii: ",") { offset += 1 }
    var end = offset
    while end > start, line[end - 1].isBlank { end -= 1 }
    return start..<end
  }

  private func quotedCell(
    _ line: Span<UInt8>, _ offset: inout Int
  ) throws(LineProblem) -> Range<Int> {
    let start = offset + 1
    offset = start
    while offset < line.count, line[offset] != UInt8(ascii: "\"") { offset += 1 }
    guard offset < line.count else {
      throw LineProblem(offset: start - 1, message: "the cell has no closing quote")
    }
    let end = offset
    offset += 1
    while offset < line.count, line[offset].isBlank { offset += 1 }
    return start..<end
  }
}
