private import CLinux
private import Glibc

/// Signals as events of the loop, through `signalfd(2)`: no handler ever interrupts anything.
package final class SignalWatcher {
  package enum Signal: Int32, CaseIterable, Sendable {
    case hangup = 1
    case interrupt = 2
    case terminate = 15
  }

  private let loop: EventLoop
  private let descriptor: Int32

  /// Blocks `signals` for the whole process, threads started later included, and reports them to
  /// `handler` instead.
  package init(
    _ signals: [Signal], loop: EventLoop, handler: @escaping (Signal) -> Void
  ) throws(SystemError) {
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    for signal in signals { unsafe sigaddset(&mask, signal.rawValue) }
    unsafe pthread_sigmask(SIG_BLOCK, &mask, nil)
    descriptor = unsafe signalfd(-1, &mask, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK))
    if descriptor < 0 { throw .last("signalfd") }
    self.loop = loop
    let descriptor = descriptor
    try loop.watch(descriptor, for: .readable) { _ in
      while let signal = Self.next(from: descriptor) { handler(signal) }
    }
  }

  deinit {
    loop.unwatch(descriptor)
    close(descriptor)
  }

  private static func next(from descriptor: Int32) -> Signal? {
    var information = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    guard unsafe read(descriptor, &information, size) == size else { return nil }
    return Signal(rawValue: Int32(information.ssi_signo))
  }
}
