private import Glibc

/// Writing to a connection that the other side has closed is an error to be handled, not a signal
/// that ends the process.
package enum BrokenPipes {
  /// For the whole process, until it ends.
  package static func ignoreSignals() {
    _ = signal(SIGPIPE, SIG_IGN)
  }
}
