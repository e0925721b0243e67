package import TimeSeries

/// One process of a cgroup as the helper lists it, a line each:
///
///     pid=4242 start=98765 began=1763900000000 resident=536870912 runtime=hotspot
package struct HelperProcess: Hashable, Sendable {
  package var target: HelperQuestion.Target
  /// The same start, by the wall clock; to some hundredths of a second.
  package var began: Timestamp
  package var residentBytes: UInt64
  package var runtime: MappedRuntime?

  package init(
    target: HelperQuestion.Target, began: Timestamp, residentBytes: UInt64, runtime: MappedRuntime?
  ) {
    self.target = target
    self.began = began
    self.residentBytes = residentBytes
    self.runtime = runtime
  }

  package var line: String {
    "pid=\(target.processID) start=\(target.startTicks) began=\(began.milliseconds) "
      + "resident=\(residentBytes) runtime=\(runtime?.rawValue ?? "none")\n"
  }

  /// The processes of an answer; nil where a line is no process.
  package static func list(_ body: [UInt8]) -> [HelperProcess]? {
    var processes: [HelperProcess] = []
    for line in String(decoding: body, as: UTF8.self).split(separator: "\n") {
      guard let process = HelperProcess(line: line) else { return nil }
      processes.append(process)
    }
    return processes
  }

  private init?(line: Substring) {
    let keys = ["pid=", "start=", "began=", "resident=", "runtime="]
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == keys.count, zip(words, keys).allSatisfy({ $0.hasPrefix($1) }) else {
      return nil
    }
    let values = zip(words, keys).map { $0.dropFirst($1.count) }
    let numbers = values.dropLast().compactMap(ProcessNumber.read)
    guard numbers.count == 4, let processID = Int32(exactly: numbers[0]),
      let began = Int64(exactly: numbers[2])
    else { return nil }
    let runtime = MappedRuntime(rawValue: String(values[4]))
    guard runtime != nil || values[4] == "none" else { return nil }
    self.init(
      target: HelperQuestion.Target(processID: processID, startTicks: numbers[1]),
      began: Timestamp(milliseconds: began), residentBytes: numbers[3], runtime: runtime)
  }
}
