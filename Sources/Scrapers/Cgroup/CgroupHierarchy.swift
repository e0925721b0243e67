package import Formats
private import LinuxSystem

/// The tree that accounts for memory: where it is and which interface it speaks.
package struct CgroupHierarchy: Hashable, Sendable {
  /// Without a slash at its end.
  package var root: String
  package var version: CgroupVersion

  /// The hierarchy with the memory controller: at `options.root` if that is given, else the one
  /// that is mounted. On hybrid hosts, with both interfaces mounted, that is the v1 hierarchy as
  /// long as the controller is there.
  package static func find(_ options: CgroupOptions) throws(CgroupSetupError) -> CgroupHierarchy {
    if let root = options.root { return try at(root) }
    let mounts = try mounts(options.procDirectory)
    if let mount = mounts.first(where: { $0.controllers.contains("memory") }) {
      return try at(mount.mountPoint)
    }
    if versionWithMemory(options.procDirectory) == .v1 { throw .memoryHierarchyNotMounted }
    let unified = mounts.filter { $0.version == .v2 }
    guard let mount = unified.first(where: { $0.rootCgroup == "/" }) ?? unified.first else {
      throw .notMounted
    }
    return try at(mount.mountPoint)
  }

  /// What stands at `path`, by the files that are there.
  private static func at(_ path: String) throws(CgroupSetupError) -> CgroupHierarchy {
    let root = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    try checkIsReadableDirectory(root)
    if exists(root + "/memory.usage_in_bytes") { return CgroupHierarchy(root: root, version: .v1) }
    // The parent of the v1 hierarchies, as on hosts whose /sys/fs/cgroup is a tmpfs.
    let memory = root + "/memory"
    if exists(memory + "/memory.usage_in_bytes") {
      try checkIsReadableDirectory(memory)
      return CgroupHierarchy(root: memory, version: .v1)
    }
    let buffer = ReadBuffer()
    if let controllers = text(root + "/cgroup.controllers", buffer) {
      let hasMemory = controllers.split { $0 == " " || $0 == "\n" }.contains("memory")
      if !hasMemory { throw .noMemoryController(root: root) }
      return CgroupHierarchy(root: root, version: .v2)
    }
    guard let version = versionBelow(root) else { throw .notACgroupTree(root) }
    return CgroupHierarchy(root: root, version: version)
  }

  private static func checkIsReadableDirectory(_ path: String) throws(CgroupSetupError) {
    let isDirectory: Bool
    do throws(SystemError) {
      isDirectory = try FileAttributes(of: path).isDirectory
      if isDirectory { _ = try DirectoryEntry.list(path, .directory) }
    } catch {
      throw CgroupSetupError(error)
    }
    if !isDirectory { throw .notADirectory(path) }
  }

  /// The first memory file of a tree whose root carries none, some levels down.
  private static func versionBelow(_ root: String) -> CgroupVersion? {
    var level = [root]
    for _ in 0..<4 {
      for path in level {
        if exists(path + "/memory.current") { return .v2 }
        if exists(path + "/memory.usage_in_bytes") { return .v1 }
      }
      level = level.prefix(256).flatMap { path in
        ((try? DirectoryEntry.list(path, .directory)) ?? []).map { path + "/" + $0.name }
      }
    }
    return nil
  }

  private static func mounts(_ proc: String) throws(CgroupSetupError) -> [CgroupMount] {
    let path = proc + "/self/mountinfo"
    let buffer = ReadBuffer()
    do throws(SystemError) {
      try KernelFile.readOnce(path, into: buffer)
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
    return buffer.withBytes { CgroupMount.parseMountInfo($0).mounts }
  }

  private static func versionWithMemory(_ proc: String) -> CgroupVersion? {
    let buffer = ReadBuffer()
    guard text(proc + "/self/cgroup", buffer) != nil else { return nil }
    return buffer.withBytes { bytes in
      CgroupMembership.versionWithMemory(CgroupMembership.parse(bytes).memberships)
    }
  }

  private static func exists(_ path: String) -> Bool {
    (try? FileAttributes(of: path)) != nil
  }

  private static func text(_ path: String, _ buffer: ReadBuffer) -> String? {
    guard (try? KernelFile.readOnce(path, into: buffer)) != nil else { return nil }
    return buffer.text
  }
}
