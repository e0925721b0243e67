import Foundation
import TestSupport

/// A small file system in memory, for a disk that is full.
struct Mount {
  private let path: String
  private let shell: Program

  /// - Parameter size: as mount(8) takes it: "128k".
  init(tmpfs size: String, at path: String) throws {
    self.path = path
    shell = try Program("sh", package: "dash")
    try Program("mount", package: "mount").run([
      "-t", "tmpfs", "-o", "size=\(size)", "leakwatch-test", path,
    ])
  }

  /// Takes whatever room is left, as the file "filler".
  func fill() throws {
    try shell.run(["-c", "cat /dev/zero > '\(path)/filler' 2> /dev/null; true"])
  }

  /// Gives back the room that `fill` took.
  func empty() throws { try FileManager.default.removeItem(atPath: path + "/filler") }

  func unmount() { _ = try? shell.run(["-c", "umount -l '\(path)'"]) }
}
