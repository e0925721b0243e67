// Modules: TimeSeries Formats

import Formats
import TimeSeries

/// Whatever comes in is refused, or rises in time; and no part of an answer is an answer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPrometheus(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  for shape in [PrometheusShape.range, .instant, .labelSets, .values] {
    guard let whole = answer(bytes, shape) else { continue }
    precondition(endsBlank(bytes) || answer(Array(bytes.dropLast()), shape) == nil)
    guard case .success(.series(let all)) = whole.outcome else { continue }
    for series in all {
      for (earlier, later) in zip(series.samples, series.samples.dropFirst()) {
        precondition(earlier.timestamp < later.timestamp)
      }
    }
  }
  return 0
}

private func answer(_ bytes: [UInt8], _ shape: PrometheusShape) -> PrometheusAnswer? {
  try? PrometheusAnswer(bytes.span, shape: shape)
}

private func endsBlank(_ bytes: [UInt8]) -> Bool {
  bytes.last.map { [0x20, 0x09, 0x0A, 0x0D].contains($0) } ?? true
}
