private import CLinux
private import Glibc

/// What this process may do, given up for good. For a process of one thread: the kernel keeps rights
/// by thread.
package enum ProcessRights {
  /// Becomes another user with nothing but its own rights. There is no way back.
  ///
  /// - Throws: `EPERM` where this process may not; it must then end.
  package static func become(userID: UInt32, groupID: UInt32) throws(SystemError) {
    guard leakwatch_become(userID, groupID) == 0 else {
      throw .last("setresuid", on: "\(userID):\(groupID)")
    }
    guard leakwatch_drop_capabilities() == 0 else { throw .last("capset") }
    try forbidInspection()
  }

  /// No process of the same user may look into this one or trace it.
  package static func forbidInspection() throws(SystemError) {
    guard leakwatch_forbid_dumps() == 0 else { throw .last("prctl") }
  }

  /// Ends this process by SIGALRM after so many seconds, whatever it waits for.
  package static func endAfter(seconds: UInt32) { alarm(seconds) }

  /// nil where no user has that name.
  package static func userID(named name: String) -> UInt32? {
    guard let entry = unsafe getpwnam(name) else { return nil }
    return unsafe entry.pointee.pw_uid
  }
}
