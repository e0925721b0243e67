private import Glibc

/// Who is at the other end of a local socket, as the kernel noted it when they connected
/// (SO_PEERCRED in unix(7)): no word of theirs is taken for it.
package struct LocalPeer: Hashable, Sendable {
  package let userID: UInt32

  package init(userID: UInt32) { self.userID = userID }

  /// nil where the kernel does not say.
  init?(of descriptor: Int32) {
    // struct ucred: process, user and group, of which Glibc's module has no word.
    var credentials: [UInt32] = [0, UInt32.max, UInt32.max]
    let size = socklen_t(credentials.count * MemoryLayout<UInt32>.size)
    var length = size
    let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length)
    guard result == 0, length == size else { return nil }
    userID = credentials[1]
  }

  /// Root, and the user that this process runs as.
  package var mayChangeThings: Bool { userID == 0 || userID == geteuid() }

  package var name: String { userID == 0 ? "root" : "user \(userID)" }
}
