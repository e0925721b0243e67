private import Glibc

/// A thread of its own for work that would keep the event loop from its descriptors.
package struct WorkerThread: Sendable {
  /// What pthread_create(3) hands to the thread.
  private final class Box: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }
  }

  private let thread: pthread_t

  /// Starts at once. Signals that are blocked here are blocked there.
  package init(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
    let box = unsafe Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let result = unsafe pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer = unsafe pointer else { return nil }
        unsafe Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    if result != 0 {
      unsafe box.release()
      throw SystemError(call: "pthread_create", subject: "", errno: result)
    }
    self.thread = thread
  }

  /// Waits for the end of the thread; once only.
  package func join() {
    _ = pthread_join(thread, nil)
  }
}
