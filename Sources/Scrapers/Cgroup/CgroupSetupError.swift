internal import LinuxSystem

/// Why no cgroup can be watched on this host: what was found, and what to do about it.
package enum CgroupSetupError: Error, Hashable, CustomStringConvertible {
  case noMemoryController(root: String)
  case notMounted
  case memoryHierarchyNotMounted
  case notADirectory(String)
  case missing(String)
  case notACgroupTree(String)
  case unreadable(path: String, reason: String)

  package var description: String {
    switch self {
    case .noMemoryController(let root):
      "the cgroup tree \(root) has no memory controller: boot the kernel without "
        + "cgroup_disable=memory (on a Raspberry Pi with cgroup_enable=memory in cmdline.txt)"
    case .notMounted:
      "no cgroup hierarchy is mounted: mount one (mount -t cgroup2 none /sys/fs/cgroup), or give "
        + "its place as [cgroups] root"
    case .memoryHierarchyNotMounted:
      "the memory controller is on cgroup v1 but its hierarchy is not mounted here: mount it "
        + "(mount -t cgroup -o memory none /sys/fs/cgroup/memory), or give its place as "
        + "[cgroups] root"
    case .notADirectory(let path):
      "the cgroup root \(path) is not a directory: give the mount point of the cgroup tree, "
        + "usually /sys/fs/cgroup"
    case .missing(let path):
      "the cgroup root \(path) does not exist: give the mount point of the cgroup tree, usually "
        + "/sys/fs/cgroup, or leave [cgroups] root out"
    case .notACgroupTree(let path):
      "\(path) holds no memory.current (v2) and no memory.usage_in_bytes (v1), in it or below: "
        + "give the mount point of the cgroup tree, usually /sys/fs/cgroup"
    case .unreadable(let path, let reason):
      "cannot read the cgroup tree \(path): \(reason); let the daemon's user list and read it"
    }
  }

  /// What a failed system call on the root says about the set-up.
  init(_ error: SystemError) {
    switch error {
    case _ where error.isMissing: self = .missing(error.subject)
    default: self = .unreadable(path: error.subject, reason: error.reason)
    }
  }
}
