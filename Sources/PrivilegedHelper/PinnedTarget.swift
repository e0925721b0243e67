internal import Formats
internal import LinuxSystem
internal import TimeSeries

/// The process that a question is about, pinned, and known to be the one that was meant.
struct PinnedTarget: ~Copyable {
  /// Bytes of /proc/PID/maps: a process may have 65,530 mappings, of a hundred bytes or so each.
  private static let longestMaps = 16 << 20
  private static let longestText = 1 << 20

  let process: PinnedProcess
  private let target: HelperQuestion.Target
  private let cgroup: String

  private init(
    _ process: consuming PinnedProcess, _ target: HelperQuestion.Target, _ cgroup: String
  ) {
    self.process = process
    self.target = target
    self.cgroup = cgroup
  }

  static func pin(
    _ target: HelperQuestion.Target, cgroup: String
  ) throws(HelperRefusal) -> PinnedTarget {
    let pinned = PinnedTarget(try pin(target.processID), target, cgroup)
    try pinned.verify()
    return pinned
  }

  private static func pin(_ number: Int32) throws(HelperRefusal) -> PinnedProcess {
    do {
      return try PinnedProcess(number)
    } catch {
      throw .final(
        error.isEnded || error.isMissing
          ? "no process \(number)" : "process \(number): \(error)")
    }
  }

  /// That it is alive, the one that was meant, and still in its cgroup. A process may move between two
  /// calls; so this is asked again before anything that it is answered with leaves.
  borrowing func verify() throws(HelperRefusal) {
    let number = target.processID
    guard let stat = ProcessStat(try read("stat")), stat.state != "Z", stat.state != "X",
      process.isAlive
    else { throw .final("process \(number) has ended") }
    guard stat.startTicks == target.startTicks else {
      throw .final(
        "process \(number) is another one: it started at tick \(stat.startTicks), not "
          + "\(target.startTicks)")
    }
    guard Self.isMember(try read("cgroup"), of: cgroup) else {
      throw .final("process \(number) is not in the cgroup \(cgroup)")
    }
  }

  borrowing func status() throws(HelperRefusal) -> ProcessStatus {
    guard let status = ProcessStatus(try read("status")) else {
      throw .passing("/proc/\(target.processID)/status cannot be understood")
    }
    return status
  }

  borrowing func runtime() throws(HelperRefusal) -> MappedRuntime? {
    MappedRuntime(maps: try read("maps", limit: Self.longestMaps))
  }

  /// The words of its command line.
  borrowing func arguments() throws(HelperRefusal) -> [String] {
    try read("cmdline").split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  borrowing func read(_ name: String, limit: Int = longestText) throws(HelperRefusal) -> [UInt8] {
    do {
      return try process.read(name, limit: limit)
    } catch {
      if error.isEnded || error.isMissing {
        throw .final("process \(target.processID) has ended")
      }
      throw .passing("process \(target.processID)", error)
    }
  }

  /// Whether a file /proc/PID/cgroup stands in `cgroup` or below it, in the hierarchy that accounts for
  /// memory.
  static func isMember(_ file: [UInt8], of cgroup: String) -> Bool {
    let memberships = CgroupMembership.parse(file.span).memberships
    let version = CgroupMembership.versionWithMemory(memberships)
    return memberships.contains { membership in
      let counts =
        version == .v1 ? membership.controllers.contains("memory") : membership.hierarchy == 0
      return counts && (membership.path == cgroup || membership.path.hasPrefix(cgroup + "/"))
    }
  }
}
