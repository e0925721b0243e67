private import Glibc

/// What a failure means to someone who reads files that come and go under him.
extension SystemError {
  /// Nothing has that name: ENOENT, or ENOTDIR on the way there.
  package var isMissing: Bool { errno == ENOENT || errno == ENOTDIR }

  /// The cgroup or process behind an open kernel file has ended: ENODEV, ESRCH.
  package var isEnded: Bool { errno == ENODEV || errno == ESRCH }

  /// Nobody listens at the socket: ECONNREFUSED.
  package var isRefused: Bool { errno == ECONNREFUSED }

  /// The other end closed the connection: EPIPE, ECONNRESET.
  package var isCutOff: Bool { errno == EPIPE || errno == ECONNRESET }

  /// EACCES, EPERM.
  package var isDenied: Bool { errno == EACCES || errno == EPERM }

  /// This process or the host has no descriptor left: EMFILE, ENFILE.
  package var isOutOfDescriptors: Bool { errno == EMFILE || errno == ENFILE }

  /// Why alone, without the call and its subject: "Permission denied".
  package var reason: String { unsafe String(cString: strerror(errno)) }
}
