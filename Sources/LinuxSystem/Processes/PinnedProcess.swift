private import CLinux
private import Glibc

/// One process and no other: a number that is given to a new process later does not lead to it
/// (pidfd_open(2)).
package struct PinnedProcess: ~Copyable {
  package let processID: Int32
  private let descriptor: Int32
  /// /proc/PID, which is bound to the process as well.
  private let folder: Int32

  /// - Throws: `ESRCH` where no process has that number.
  package init(_ processID: Int32) throws(SystemError) {
    self.processID = processID
    (descriptor, folder) = try Self.open(processID)
  }

  deinit {
    close(folder)
    close(descriptor)
  }

  package var isAlive: Bool { Self.isAlive(descriptor) }

  /// A file below /proc/PID. - Throws: `ESRCH` or `ENOENT` where the process has ended, `EFBIG`.
  package borrowing func read(_ name: String, limit: Int) throws(SystemError) -> [UInt8] {
    let subject = "/proc/\(processID)/\(name)"
    let file = unsafe openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    if file < 0 { throw .last("open", on: subject) }
    defer { close(file) }
    return try WholeFile.readAll(file, subject: subject, limit)
  }

  /// A folder in the process's own root directory. A link in its place is refused: it would lead to
  /// where it leads here. (openat2(2) could follow it within that root, and RestrictSUIDSGID= of systemd
  /// forbids it.)
  ///
  /// - Parameter name: one component.
  /// - Throws: `ENOTDIR` for a link.
  package borrowing func folder(inRoot name: String) throws(SystemError) -> ForeignFolder {
    let subject = "/proc/\(processID)/root"
    let flags = leakwatch_path_alone | O_DIRECTORY | O_CLOEXEC
    let root = unsafe openat(folder, "root", flags)
    if root < 0 { throw .last("open", on: subject) }
    defer { close(root) }
    let opened = unsafe openat(root, name, flags | O_NOFOLLOW)
    if opened < 0 { throw .last("open", on: "\(subject)/\(name)") }
    return ForeignFolder(descriptor: opened, name: "\(subject)/\(name)")
  }

  /// SIGQUIT, which ends a process that does not catch it.
  package borrowing func sendQuit() throws(SystemError) {
    if leakwatch_pidfd_send_signal(descriptor, SIGQUIT) != 0 {
      throw .last("pidfd_send_signal", on: "\(processID)")
    }
  }

  package static var quit: Int32 { SIGQUIT }

  private static func open(_ processID: Int32) throws(SystemError) -> (Int32, Int32) {
    let subject = "/proc/\(processID)"
    let descriptor = leakwatch_pidfd_open(processID)
    if descriptor < 0 { throw .last("pidfd_open", on: "\(processID)") }
    let folder = unsafe Glibc.open(subject, leakwatch_path_alone | O_DIRECTORY | O_CLOEXEC)
    if folder < 0 {
      let error = SystemError.last("open", on: subject)
      close(descriptor)
      throw error
    }
    // It lived when the folder was opened, or the folder may be of another one.
    guard isAlive(descriptor) else {
      close(folder)
      close(descriptor)
      throw SystemError(call: "open", subject: subject, errno: ESRCH)
    }
    return (descriptor, folder)
  }

  /// A pidfd becomes readable when its process ends.
  private static func isAlive(_ descriptor: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&entry, 1, 0) == 0
  }
}
