internal import LinuxSystem

/// The machine around the cgroups: which boot it is, how much memory it has, how many processes
/// its OOM killer has ended.
final class CgroupHost {
  /// Changes with every boot, and with it the meaning of inode numbers; empty where unknown.
  let bootID: String
  private let proc: String
  private var meminfo = CgroupFile("meminfo")
  private var vmstat = CgroupFile("vmstat")

  init(proc: String) {
    self.proc = proc
    bootID = Self.bootID(proc)
  }

  /// RAM in bytes; nil, said once, where it cannot be told.
  func memory(_ reader: CgroupReader) -> UInt64? { reader.hostMemory(&meminfo, proc) }

  /// `oom_kill` of /proc/vmstat (kernel 4.13); nil where it cannot be told.
  func kills(_ reader: CgroupReader) -> UInt64? {
    do throws(SystemError) {
      return try reader.oomKills(&vmstat, proc)
    } catch {
      return nil
    }
  }

  /// Three quarters of the descriptors that the process may open; the rest is for everything else
  /// it does.
  static func shareOfDescriptors() -> Int {
    let limit = (try? DescriptorLimit.raise()) ?? 1024
    return limit / 4 * 3
  }

  private static func bootID(_ proc: String) -> String {
    let buffer = ReadBuffer()
    let path = proc + "/sys/kernel/random/boot_id"
    guard (try? KernelFile.readOnce(path, into: buffer)) != nil else { return "" }
    return String(buffer.text.prefix { $0 != "\n" })
  }
}
