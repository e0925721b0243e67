internal import Formats
internal import LinuxSystem
internal import TimeSeries

/// Finds the answer to one question. The process that calls it gives up its rights on the way and can
/// answer no second one.
enum HelperDesk {
  /// Bytes of an answer; a class histogram has about 80 for each class that is loaded.
  static let longestAnswer = 32 << 20
  /// A service whose tasks wait for memory this much of the time is not stopped for a histogram.
  private static let mostPressure = 0.1

  static func answer(_ question: HelperQuestion) -> HelperAnswer {
    do throws(HelperRefusal) {
      switch question.subject {
      case .processes:
        let lines = try ProcessListing.of(cgroup: question.cgroup).map(\.line)
        return .body(Array(lines.joined().utf8))
      case .classHistogram(let target, let objects):
        return .body(try classHistogram(target, objects, question.cgroup))
      case .mappings(let target):
        let pinned = try PinnedTarget.pin(target, cgroup: question.cgroup)
        let mappings = try pinned.read("smaps", limit: longestAnswer)
        try pinned.verify()
        return .body(mappings)
      }
    } catch {
      return error.answer
    }
  }

  private static func classHistogram(
    _ target: HelperQuestion.Target, _ objects: HelperQuestion.Objects, _ cgroup: String
  ) throws(HelperRefusal) -> [UInt8] {
    let pinned = try PinnedTarget.pin(target, cgroup: cgroup)
    let attachment = try HotSpotAttachment(pinned, target: target)
    if let pressure = memoryPressure(of: cgroup), pressure > mostPressure {
      throw .passing(
        "the service waits for memory \(Int((pressure * 100).rounded())) % of the time: it is not stopped "
          + "for a histogram now")
    }
    let histogram = try attachment.ask(
      ["inspectheap", "-\(objects.rawValue)"], of: pinned, limit: longestAnswer)
    try pinned.verify()
    return histogram
  }

  /// Of cgroup v2; nil where the kernel does not keep it.
  private static func memoryPressure(of cgroup: String) -> Double? {
    let path = "/sys/fs/cgroup\(cgroup)/memory.pressure"
    return (try? WholeFile.read(path, limit: 1 << 16)).flatMap(PressureStall.init)?.someOfTenSeconds
  }
}
