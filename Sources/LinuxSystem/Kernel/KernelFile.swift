private import Glibc

/// An open file of cgroupfs, procfs or the like, read again and again from its start.
///
/// Keeping it open saves the path walk and the open of every later read. When the cgroup behind
/// it is removed, a read fails with ENODEV (`SystemError.isEnded`), also if a new cgroup of the
/// same name stands there by then.
package struct KernelFile: ~Copyable {
  private let descriptor: Int32

  package init(_ path: String) throws(SystemError) {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    if descriptor < 0 { throw .last("open", on: path) }
  }

  deinit { close(descriptor) }

  /// - Parameter path: for the error alone.
  package borrowing func read(
    into buffer: ReadBuffer, path: @autoclosure () -> String
  ) throws(SystemError) {
    try buffer.fill(from: descriptor, path: path())
  }

  /// Opens, reads and closes.
  package static func readOnce(_ path: String, into buffer: ReadBuffer) throws(SystemError) {
    let file = try KernelFile(path)
    try file.read(into: buffer, path: path)
  }
}
