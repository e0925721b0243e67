internal import TimeSeries

/// Reads a trace line by line.
struct TraceReader {
  private var line = CommaSeparatedLine()
  private var trace = TraceFile()
  private var last: (timestamp: Timestamp, line: Int)?

  mutating func read(_ body: Span<UInt8>) throws(ParseError) -> TraceFile {
    var header: TraceHeader?
    var start = Self.startBehindByteOrderMark(body)
    var number = 0
    while start < body.count {
      number += 1
      let next = Self.lineEnd(body, from: start)
      var end = next
      if end > start, body[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      let bytes = body.extracting(start..<end)
      start = next + 1
      if bytes.count == 0 { continue }
      do throws(LineProblem) {
        try line.split(bytes)
        if let header {
          try readRow(bytes, header, number)
        } else {
          header = try TraceHeader(bytes, line.cells)
        }
      } catch {
        guard header != nil else {
          throw ParseError(line: number, column: error.offset + 1, message: error.message)
        }
        trace.report(error, line: number)
      }
    }
    guard let header else {
      throw ParseError(line: 1, column: 1, message: "the trace is empty: not even a header")
    }
    trace.signals = header.signals
    return trace
  }

  private mutating func readRow(
    _ bytes: Span<UInt8>, _ header: TraceHeader, _ number: Int
  ) throws(LineProblem) {
    let cells = line.cells
    guard cells.count == header.columns.count else {
      throw LineProblem(
        offset: 0,
        message: "the row has \(cells.count) cells, the header \(header.columns.count) columns")
    }
    var timestamp: Timestamp?
    var readings: [Reading] = []
    readings.reserveCapacity(cells.count)
    for (column, cell) in zip(header.columns, cells) where !cell.isEmpty && column != .unknown {
      guard let value = DecimalNumber.value(of: bytes.extracting(cell)), value.isFinite else {
        try refuse(bytes, cell, column, number)
        continue
      }
      switch column {
      case .time: timestamp = Timestamp(seconds: value)
      case .signal(let signal): readings.append(Reading(signal, value))
      case .unknown: break
      }
    }
    guard let timestamp else { throw LineProblem(offset: 0, message: "the row has no time") }
    try checkOrder(timestamp, number)
    last = (timestamp, number)
    trace.rows.append(TraceRow(timestamp: timestamp, readings: readings))
  }

  /// A cell that is no number: fatal for the row only where it is the time.
  private mutating func refuse(
    _ bytes: Span<UInt8>, _ cell: Range<Int>, _ column: TraceHeader.Column, _ number: Int
  ) throws(LineProblem) {
    let problem = LineProblem(
      offset: cell.lowerBound, message: "\"\(bytes.excerpt(cell))\" is not a finite number")
    if column == .time { throw problem }
    trace.report(problem, line: number)
  }

  private func checkOrder(_ timestamp: Timestamp, _ number: Int) throws(LineProblem) {
    guard let last, timestamp <= last.timestamp else { return }
    let how = timestamp == last.timestamp ? "the same time as" : "an earlier time than"
    throw LineProblem(offset: 0, message: "the row has \(how) line \(last.line); it is left out")
  }

  private static func startBehindByteOrderMark(_ body: Span<UInt8>) -> Int {
    body.count >= 3 && body[0] == 0xEF && body[1] == 0xBB && body[2] == 0xBF ? 3 : 0
  }

  private static func lineEnd(_ body: Span<UInt8>, from start: Int) -> Int {
    var end = start
    while end < body.count, body[end] != UInt8(ascii: "\n") { end += 1 }
    return end
  }
}
