private import CLinux
private import Glibc

/// A count that threads wait for, by `eventfd(2)`: a descriptor, so that an EventLoop can wait for
/// it beside its signals and timers.
package final class Semaphore: Sendable {
  /// Readable while the count is above zero.
  package let descriptor: Int32

  package init(count: Int = 0) throws(SystemError) {
    let flags = Int32(EFD_CLOEXEC) | Int32(EFD_SEMAPHORE)
    descriptor = eventfd(UInt32(clamping: count), flags)
    if descriptor < 0 { throw .last("eventfd") }
  }

  deinit { close(descriptor) }

  /// Takes one, waiting for it where there is none.
  package func acquire() {
    var taken: UInt64 = 0
    let size = MemoryLayout<UInt64>.size
    while unsafe read(descriptor, &taken, size) != size, errno == EINTR {}
  }

  /// Adds `count`, which wakes as many that wait.
  package func release(_ count: Int = 1) {
    var added = UInt64(max(0, count))
    let size = MemoryLayout<UInt64>.size
    while unsafe write(descriptor, &added, size) != size, errno == EINTR {}
  }
}
