package import TimeSeries

/// The readings of a service at one moment of a recorded trace.
package struct TraceRow: Hashable, Sendable {
  package var timestamp: Timestamp
  /// Only cells that hold a value, in the order of columns.
  package var readings: [Reading]
}

/// A recorded trace: CSV with a header, one row a moment.
///
///     t_seconds,mem_current,mem_anon,…
///     1767315419,1007583232,952729600,…
///
/// Columns come in any order; they are named as `Signal` raw values, unknown ones are ignored, and
/// `t_seconds` (since the Unix epoch) and one column of memory in use must be there. An empty cell
/// is a missing sample, never zero. Cells may stand in quotes, lines may end with CR LF.
///
/// `heap_live_bytes` is what exporters call heap in use, so it is read as `Signal.heapUsed`, unless
/// a column `heap_used_bytes` takes that place: then it means the live set.
package struct TraceFile: Sendable {
  /// In rising order of time.
  package internal(set) var rows: [TraceRow] = []
  /// Signals of the header, in the order of columns.
  package internal(set) var signals: [Signal] = []
  /// The first faults of rows; the row or cell is left out, the rest stands.
  package internal(set) var errors: [ParseError] = []
  /// All faults, listed or not.
  package internal(set) var errorCount = 0

  static let listedErrors = 100

  /// Reads a whole, uncompressed file. Throws where the header makes it no trace at all.
  package init(_ body: Span<UInt8>) throws(ParseError) {
    var reader = TraceReader()
    self = try reader.read(body)
  }

  init() {}

  mutating func report(_ problem: LineProblem, line: Int) {
    errorCount += 1
    guard errors.count < Self.listedErrors else { return }
    errors.append(ParseError(line: line, column: problem.offset + 1, message: problem.message))
  }
}
