internal import Foundation

/// A real cgroup of this machine that accounts for memory, v1 or v2, for the length of a test.
package final class RealCgroup {
  private static let root =
    FileManager.default.fileExists(atPath: "/sys/fs/cgroup/cgroup.controllers")
    ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"

  /// Whether this user may make groups here.
  package static var isPossible: Bool {
    FileManager.default.fileExists(atPath: root + "/cgroup.procs")
      && FileManager.default.isWritableFile(atPath: root)
  }

  /// As /proc/PID/cgroup names it.
  package let path: String
  private let file: String

  /// - Parameter slice: the folder above, which is made where it is missing, and stays.
  package init(_ label: String, slice: String = "") throws {
    path = "\(slice)/leakwatch-test-\(ProcessInfo.processInfo.processIdentifier)-\(label)"
    file = Self.root + path
    try FileManager.default.createDirectory(
      atPath: Self.root + slice, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
  }

  /// Ends what is left in it. Once its last process is gone the kernel may take a moment to let a group
  /// go.
  deinit {
    let members = (try? String(contentsOfFile: file + "/cgroup.procs", encoding: .utf8)) ?? ""
    for member in members.split(separator: "\n").compactMap({ Int32($0) }) { kill(member, SIGKILL) }
    for _ in 0..<200 {
      if rmdir(file) == 0 || errno == ENOENT { return }
      usleep(10_000)
    }
  }

  /// The command line that joins the group and becomes `arguments`.
  package func joining(_ arguments: [String]) -> [String] {
    ["/bin/sh", "-c", "echo $$ > \(file)/cgroup.procs && exec \"$@\"", "sh"] + arguments
  }
}
