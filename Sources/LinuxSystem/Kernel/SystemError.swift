private import Glibc

/// A system call that failed: which one, on what, why, and what a person can do about it.
package struct SystemError: Error, Equatable, CustomStringConvertible {
  /// "open", "epoll_wait", "pread", …
  package var call: String
  /// The path, address or object that it was called for; empty where there is none.
  package var subject: String
  package var errno: Int32

  package init(call: String, subject: String, errno: Int32) {
    self.call = call
    self.subject = subject
    self.errno = errno
  }

  /// The error of the call that has just failed on this thread.
  package static func last(_ call: String, on subject: String = "") -> SystemError {
    SystemError(call: call, subject: subject, errno: Glibc.errno)
  }

  /// "open /sys/fs/cgroup/memory.stat: Permission denied".
  package var description: String {
    let reason = unsafe String(cString: strerror(errno))
    return subject.isEmpty ? "\(call): \(reason)" : "\(call) \(subject): \(reason)"
  }
}
