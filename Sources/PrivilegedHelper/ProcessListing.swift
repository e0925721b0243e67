internal import Formats
internal import LinuxSystem
internal import TimeSeries

/// The processes of a cgroup and below it.
enum ProcessListing {
  private static let most = 256
  /// Ticks of /proc/PID/stat, the same on every architecture that Debian has (USER_HZ).
  private static let ticksPerSecond = 100.0

  /// The largest first; a process that ends meanwhile is left out.
  static func of(cgroup: String) throws(HelperRefusal) -> [HelperProcess] {
    let bootedAt = SystemClock.wallTime() - SystemClock.sinceBoot()
    var found: [HelperProcess] = []
    for number in try numbers() {
      guard let file = try? WholeFile.read("/proc/\(number)/cgroup", limit: 1 << 16),
        PinnedTarget.isMember(file, of: cgroup),
        let process = describe(number, bootedAt)
      else { continue }
      found.append(process)
      if found.count > most { throw .passing("more than \(most) processes in \(cgroup)") }
    }
    return found.sorted {
      ($1.residentBytes, $0.target.processID) < ($0.residentBytes, $1.target.processID)
    }
  }

  private static func numbers() throws(HelperRefusal) -> [Int32] {
    do {
      return try DirectoryEntry.list("/proc", .directory)
        .compactMap { Int32($0.name) }.filter { $0 > 1 }
    } catch {
      throw .passing("processes cannot be listed", error)
    }
  }

  private static func describe(_ number: Int32, _ bootedAt: Timestamp) -> HelperProcess? {
    guard let process = try? PinnedProcess(number),
      let stat = (try? process.read("stat", limit: 1 << 16)).flatMap(ProcessStat.init),
      let status = (try? process.read("status", limit: 1 << 16)).flatMap(ProcessStatus.init),
      let resident = status.residentBytes
    else { return nil }
    let runtime = (try? process.read("maps", limit: 16 << 20)).flatMap { MappedRuntime(maps: $0) }
    return HelperProcess(
      target: HelperQuestion.Target(processID: number, startTicks: stat.startTicks),
      began: bootedAt + .seconds(Double(stat.startTicks) / ticksPerSecond),
      residentBytes: resident, runtime: runtime)
  }
}
