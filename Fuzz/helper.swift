// Modules: TimeSeries Formats

import Formats
import TimeSeries

/// Any bytes as a question: refused, or one that reads the same when it is written again and whose
/// cgroup leads nowhere else. The same bytes as an answer, a list of processes and files of /proc.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHelper(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  if let question = try? HelperQuestion(bytes) {
    precondition(Array(question.line.utf8) == bytes)
    precondition(question.cgroup.hasPrefix("/") && question.cgroup.utf8.count > 1)
    precondition(!question.cgroup.split(separator: "/").contains(".."))
  }
  if let answer = try? HelperAnswer(bytes) {
    precondition((try? HelperAnswer(answer.bytes)) != nil)
  }
  if let processes = HelperProcess.list(bytes) {
    precondition(HelperProcess.list(Array(processes.map(\.line).joined().utf8)) == processes)
  }
  _ = ProcessStat(bytes)
  if let status = ProcessStatus(bytes) {
    precondition(status.userIDs.count == 4 && !status.namespaceProcessIDs.isEmpty)
  }
  _ = MappedRuntime(maps: bytes)
  if let pressure = PressureStall(bytes) { precondition(pressure.someOfTenSeconds <= 1) }
  return 0
}
