// Modules: TimeSeries Formats

import Formats
import TimeSeries

/// Whatever comes in, the rows that come out rise in time and hold finite values only.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTrace(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  guard let trace = try? TraceFile(bytes.span) else { return 0 }
  for (earlier, later) in zip(trace.rows, trace.rows.dropFirst()) {
    precondition(earlier.timestamp < later.timestamp)
  }
  for row in trace.rows {
    precondition(row.readings.allSatisfy(\.value.isFinite))
    precondition(row.readings.map(\.signal).allSatisfy(trace.signals.contains))
  }
  precondition(trace.errors.count <= trace.errorCount)
  return 0
}
