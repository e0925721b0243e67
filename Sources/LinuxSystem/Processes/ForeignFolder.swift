private import CLinux
private import Glibc

/// A folder of another process, as it sees it. Whoever owns it may put anything there at any time, so
/// nothing in it is followed: no links, and only what is a socket is connected to.
package struct ForeignFolder: ~Copyable {
  private let descriptor: Int32
  private let name: String

  /// Takes the descriptor over.
  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  deinit { close(descriptor) }

  /// Makes an empty file. - Returns: false where something has that name already.
  package borrowing func make(_ file: String) throws(SystemError) -> Bool {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let made = unsafe openat(descriptor, file, flags, 0o600)
    if made < 0 {
      if errno == EEXIST { return false }
      throw .last("open", on: "\(name)/\(file)")
    }
    close(made)
    return true
  }

  package borrowing func remove(_ file: String) { unsafe unlinkat(descriptor, file, 0) }

  /// The user to whom a file belongs, or nil where there is none.
  package borrowing func owner(of file: String) throws(SystemError) -> UInt32? {
    var status = stat()
    if unsafe fstatat(descriptor, file, &status, AT_SYMLINK_NOFOLLOW) == 0 { return status.st_uid }
    if errno == ENOENT { return nil }
    throw .last("fstatat", on: "\(name)/\(file)")
  }

  /// Connects to a socket that belongs to `owner`.
  ///
  /// - Returns: nil where there is none, or nobody listens at it.
  package borrowing func connect(
    _ file: String, owner: UInt32
  ) throws(SystemError) -> LocalStream? {
    let subject = "\(name)/\(file)"
    let node = unsafe openat(descriptor, file, leakwatch_path_alone | O_NOFOLLOW | O_CLOEXEC)
    if node < 0 {
      if errno == ENOENT { return nil }
      throw .last("open", on: subject)
    }
    defer { close(node) }
    var status = stat()
    guard unsafe fstat(node, &status) == 0 else { throw .last("fstat", on: subject) }
    guard status.st_mode & S_IFMT == S_IFSOCK, status.st_uid == owner,
      // Leads to the very node that was looked at.
      let address = LocalAddress(path: "/proc/self/fd/\(node)")
    else { throw SystemError(call: "connect", subject: subject, errno: ENOTSOCK) }
    let socket = try LocalAddress.openSocket(flags: O_NONBLOCK)
    if unsafe address.apply(Glibc.connect, to: socket) == 0 {
      return LocalStream(descriptor: socket, name: subject)
    }
    let error = SystemError.last("connect", on: subject)
    close(socket)
    if error.errno == ECONNREFUSED { return nil }
    throw error
  }
}
