// Modules: TimeSeries Formats

import Formats
import TimeSeries

/// Any bytes as a list of targets: a list or a fault that points into the text, and never a list of
/// what is not JSON's. The first line, read as a pattern, matches anything in bounded time.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTargets(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  do {
    let groups = try TargetList.parse(bytes)
    precondition(groups.isEmpty || bytes.contains(UInt8(ascii: "[")))
  } catch {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    precondition(lines.indices.contains(error.line - 1))
    precondition((1...lines[error.line - 1].count + 1).contains(error.column))
  }
  let text = String(decoding: bytes, as: UTF8.self)
  let first = String(text.prefix { $0 != "\n" })
  if let pattern = try? LabelPattern(first) { _ = pattern.matches(String(text.prefix(200))) }
  return 0
}
