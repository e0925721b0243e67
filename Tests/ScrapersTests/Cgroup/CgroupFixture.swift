import Foundation
import TimeSeries

@testable import Scrapers

/// A cgroup tree of plain files in a temporary directory, with the places around it.
final class CgroupFixture {
  let base: URL
  var options = CgroupOptions()
  private var graves = 0

  /// - Parameter meminfo: in KiB; nil writes no such file.
  init(memoryTotalKiB: Int? = 8 << 20) throws {
    base = FileManager.default.temporaryDirectory
      .appendingPathComponent("leakwatch-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
    options.root = base.appendingPathComponent("cgroup").path
    options.procDirectory = base.appendingPathComponent("proc").path
    options.containerLogDirectory = base.appendingPathComponent("containers").path
    options.unitsDirectory = base.appendingPathComponent("units").path
    try write("proc/sys/kernel/random/boot_id", "b00t\n")
    if let memoryTotalKiB { try write("proc/meminfo", "MemTotal: \(memoryTotalKiB) kB\n") }
    try makeDirectory("cgroup")
    try makeDirectory("units")
  }

  deinit { try? FileManager.default.removeItem(at: base) }

  func url(_ path: String) -> URL { base.appendingPathComponent(path) }

  func makeDirectory(_ path: String) throws {
    try FileManager.default.createDirectory(at: url(path), withIntermediateDirectories: true)
  }

  /// In place, so that a file kept open shows the new text.
  func write(_ path: String, _ text: String) throws {
    let target = url(path)
    if let handle = try? FileHandle(forWritingTo: target) {
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: Data(text.utf8))
      try handle.close()
      return
    }
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: target)
  }

  func remove(_ path: String) throws { try FileManager.default.removeItem(at: url(path)) }

  /// Takes a cgroup away as the kernel does. Its directory stays elsewhere for a while, because a
  /// plain file system gives its inode number to the next one at once; cgroupfs never does.
  func bury(_ path: String) throws {
    graves += 1
    try FileManager.default.moveItem(at: url(path), to: url("grave-\(graves)"))
  }

  func link(_ path: String, to target: String) throws {
    try? FileManager.default.removeItem(at: url(path))
    try makeDirectory((path as NSString).deletingLastPathComponent)
    try FileManager.default.createSymbolicLink(
      atPath: url(path).path, withDestinationPath: target)
  }

  /// The files of a v2 cgroup with memory accounting.
  func makeV2(
    _ path: String, current: Int = 1000, max: String = "max", high: String = "max",
    oomKills: Int = 0, stat: String? = nil
  ) throws {
    let directory = "cgroup\(path)/"
    try write(directory + "memory.current", "\(current)\n")
    try write(directory + "memory.stat", stat ?? Self.statV2(anon: current / 2))
    try write(directory + "memory.swap.current", "64\n")
    try write(directory + "memory.max", "\(max)\n")
    try write(directory + "memory.high", "\(high)\n")
    try setOOMKills(path, oomKills)
  }

  func setOOMKills(_ path: String, _ count: Int) throws {
    try write("cgroup\(path)/memory.events", "low 0\nhigh 0\nmax 9\noom 9\noom_kill \(count)\n")
  }

  static func statV2(anon: Int) -> String {
    "anon \(anon)\nfile 200\nkernel 30\nsock 4\nshmem 5\ninactive_file 6\nslab_reclaimable 7\n"
  }

  func makeV1(
    _ path: String, root: String = "cgroup", usage: Int = 1000, limit: UInt64 = 1 << 40,
    oomKills: Int = 0
  ) throws {
    let directory = "\(root)\(path)/"
    try write(directory + "memory.usage_in_bytes", "\(usage)\n")
    try write(
      directory + "memory.stat",
      "cache 1\nrss 2\nhierarchical_memory_limit \(limit)\ntotal_cache 200\n"
        + "total_rss \(usage / 2)\ntotal_shmem 5\ntotal_inactive_file 6\ntotal_swap 64\n")
    try write(directory + "memory.kmem.usage_in_bytes", "30\n")
    try write(
      directory + "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill \(oomKills)\n")
  }
}

extension CgroupSweeper {
  /// One sweep at second `second`.
  func sweep(_ second: Double) -> CgroupSweep { sweep(at: Timestamp(seconds: second)) }
}

extension CgroupSweep {
  var names: [String] { results.map(\.service.text).sorted() }

  func result(_ name: String) -> ScrapeResult? { results.first { $0.service.text == name } }

  func value(_ name: String, _ signal: Signal) -> Double? {
    result(name)?.readings.first { $0.signal == signal }?.value
  }
}
