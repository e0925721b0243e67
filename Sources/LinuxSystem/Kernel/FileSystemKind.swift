private import CLinux

/// What kind of file system a path lies on, statfs(2).
package enum FileSystemKind {
  /// Whether the kernel's cgroup file system (v1 or v2) is mounted there; false where nothing is.
  package static func isCgroup(_ path: String) -> Bool {
    var information = statfs()
    guard unsafe statfs(path, &information) == 0 else { return false }
    let kind = UInt32(truncatingIfNeeded: information.f_type)
    return kind == UInt32(CGROUP_SUPER_MAGIC) || kind == UInt32(CGROUP2_SUPER_MAGIC)
  }
}
