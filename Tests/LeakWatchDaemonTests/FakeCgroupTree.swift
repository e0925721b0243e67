import Foundation

/// A folder shaped like a cgroup v2 tree, whose figures the test writes.
struct FakeCgroupTree {
  let root: URL

  init(below folder: URL) throws {
    root = folder.appendingPathComponent("cgroup")
    let slice = root.appendingPathComponent("system.slice")
    try FileManager.default.createDirectory(at: slice, withIntermediateDirectories: true)
    try Data("memory\n".utf8).write(to: root.appendingPathComponent("cgroup.controllers"))
    try Data("memory\n".utf8).write(to: root.appendingPathComponent("cgroup.subtree_control"))
    try write("system.slice", anonBytes: 0, limit: "max", oomKills: 0)
  }

  /// Makes the group anew: another directory under the same name.
  func recreate(_ unit: String) throws {
    try remove(unit)
    try create(unit)
  }

  func remove(_ unit: String) throws {
    try FileManager.default.removeItem(at: root.appendingPathComponent("system.slice/\(unit)"))
  }

  func create(_ unit: String) throws {
    try FileManager.default.createDirectory(
      at: root.appendingPathComponent("system.slice/\(unit)"), withIntermediateDirectories: true)
  }

  func set(_ unit: String, mebibytes: Int, limitMebibytes: Int = 512, oomKills: Int = 0) throws {
    try write(
      "system.slice/\(unit)", anonBytes: mebibytes << 20, limit: "\(limitMebibytes << 20)",
      oomKills: oomKills)
  }

  private func write(_ path: String, anonBytes: Int, limit: String, oomKills: Int) throws {
    let group = root.appendingPathComponent(path)
    let files = [
      "memory.current": "\(anonBytes + 4096)\n",
      "memory.stat": "anon \(anonBytes)\nfile 4096\ninactive_file 4096\nkernel 8192\nshmem 0\n"
        + "sock 0\nslab_reclaimable 4096\n",
      "memory.max": "\(limit)\n", "memory.high": "max\n", "memory.swap.current": "0\n",
      "memory.events":
        "low 0\nhigh 0\nmax 0\noom \(oomKills)\noom_kill \(oomKills)\noom_group_kill 0\n",
      "cgroup.procs": "1\n",
    ]
    for (name, text) in files {
      // In place, as the kernel does: a file that is kept open must show the new figures. Written
      // before it is cut, since the daemon reads at any moment and an empty file is no figure.
      let file = group.appendingPathComponent(name)
      if let handle = try? FileHandle(forWritingTo: file) {
        let data = Data(text.utf8)
        try handle.write(contentsOf: data)
        try handle.truncate(atOffset: UInt64(data.count))
        try handle.close()
      } else {
        try Data(text.utf8).write(to: file)
      }
    }
  }
}
