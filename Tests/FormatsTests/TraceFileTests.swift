import Testing
import TimeSeries

@testable import Formats

@Suite struct TraceFileTests {
  private func trace(_ text: String) throws(ParseError) -> TraceFile {
    let bytes = Array(text.utf8)
    return try TraceFile(bytes.span)
  }

  @Test func readsColumnsInAnyOrder() throws {
    let trace = try trace(
      """
      mem_anon, note ,t_seconds,requests_total,mem_current
      100,first,1700000000,5,250
      ,second,1700000060.5,,260

      "120","third","1700000120",7,"270"

      """)
    #expect(trace.errors == [])
    #expect(trace.signals == [.memoryAnon, .requestsTotal, .memoryCurrent])
    #expect(
      trace.rows == [
        TraceRow(
          timestamp: Timestamp(milliseconds: 1_700_000_000_000),
          readings: [
            Reading(.memoryAnon, 100), Reading(.requestsTotal, 5), Reading(.memoryCurrent, 250),
          ]),
        TraceRow(
          timestamp: Timestamp(milliseconds: 1_700_000_060_500),
          readings: [Reading(.memoryCurrent, 260)]),
        TraceRow(
          timestamp: Timestamp(milliseconds: 1_700_000_120_000),
          readings: [
            Reading(.memoryAnon, 120), Reading(.requestsTotal, 7), Reading(.memoryCurrent, 270),
          ]),
      ])
  }

  @Test func heapLiveOfTracesIsHeapInUse() throws {
    #expect(try trace("t_seconds,heap_live_bytes\n1,2\n").signals == [.heapUsed])
    #expect(
      try trace("heap_live_bytes,t_seconds,heap_used_bytes\n1,2,3\n").signals
        == [.heapLive, .heapUsed])
  }

  @Test func takesByteOrderMarkAndCarriageReturns() throws {
    let trace = try trace("\u{FEFF}t_seconds,mem_current\r\n1,2\r\n2,3\r\n")
    #expect(trace.errors == [])
    #expect(trace.rows.count == 2)
  }

  @Test(arguments: [
    ("", "1:1: the trace is empty: not even a header"),
    ("\n\n", "1:1: the trace is empty: not even a header"),
    (
      "mem_current\n1\n",
      "1:1: the header has no column \"t_seconds\": a trace begins with the column names, such as "
        + "t_seconds,mem_current"
    ),
    (
      "\nt_seconds,mem_max\n1,2\n",
      "2:1: the header has no column of memory in use, such as \"mem_current\""
    ),
    ("t_seconds,mem_anon,mem_anon\n", "1:20: column \"mem_anon\" is given twice"),
    ("t_seconds,\"mem_anon\n", "1:11: the cell has no closing quote"),
  ])
  func refusesWhatIsNoTrace(text: String, message: String) {
    let error = #expect(throws: ParseError.self) { try trace(text) }
    #expect(error?.description == message)
  }

  @Test func leavesOutFaultyRowsAndCells() throws {
    let trace = try trace(
      """
      t_seconds,mem_current,mem_anon
      10,1,1
      x,1,1
      20,1
      ,1,1
      30,NaN,3
      25,1,1
      30,1,1
      40,0x10,4
      50,1,"1"x
      60,6,
      """)
    #expect(
      trace.errors.map(\.description) == [
        "3:1: \"x\" is not a finite number",
        "4:1: the row has 2 cells, the header 3 columns",
        "5:1: the row has no time",
        "6:4: \"NaN\" is not a finite number",
        "7:1: the row has an earlier time than line 6; it is left out",
        "8:1: the row has the same time as line 6; it is left out",
        "9:4: \"0x10\" is not a finite number",
        "10:9: expected ',' after a quoted cell, found 'x'",
      ])
    #expect(trace.rows.map(\.timestamp.seconds) == [10, 30, 40, 60])
    #expect(trace.rows[1].readings == [Reading(.memoryAnon, 3)])
  }

  @Test func boundsTheListOfErrors() throws {
    let trace = try trace(
      "t_seconds,mem_current\n" + String(repeating: "bad,1\n", count: 500) + "1,2\n")
    #expect(trace.errors.count == 100)
    #expect(trace.errorCount == 500)
    #expect(trace.rows.count == 1)
  }
}
