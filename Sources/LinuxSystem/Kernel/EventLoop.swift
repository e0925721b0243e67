private import CLinux
private import Glibc
package import TimeSeries

/// One thread that sleeps in `epoll_wait(2)` until a descriptor is ready or a timer is due.
///
/// Everything that the daemon owns lives on this thread, so nothing in it needs a lock. Timers
/// carry a tolerance: those that may run together share one wakeup, which is what keeps an idle
/// daemon below two wakeups a second.
@safe package final class EventLoop {
  package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: 1)
    package static let writable = Readiness(rawValue: 2)
    /// Reported only: the peer closed or the descriptor failed.
    package static let hangup = Readiness(rawValue: 4)
  }

  /// Names a timer, for `cancel`. Never reused within one loop.
  package struct TimerID: Hashable, Sendable {
    fileprivate var number: UInt64
  }

  private struct Timer {
    var due: TimeSpan
    var tolerance: TimeSpan
    var action: () -> Void
  }

  /// Called after each wait, before what it woke up for.
  package var onWakeup: () -> Void = {}

  private let epoll: Int32
  private var handlers: [Int32: (Readiness) -> Void] = [:]
  private var timers: [TimerID: Timer] = [:]
  private var lastTimer: UInt64 = 0
  private var isStopping = false
  /// What one wait may bring.
  private var ready = unsafe [epoll_event](repeating: epoll_event(), count: 64)

  package init() throws(SystemError) {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    if epoll < 0 { throw .last("epoll_create1") }
  }

  deinit { close(epoll) }

  /// Calls `handler` whenever `descriptor` is ready for any of `interest`; a second call for the
  /// same descriptor replaces interest and handler.
  package func watch(
    _ descriptor: Int32, for interest: Readiness, _ handler: @escaping (Readiness) -> Void
  ) throws(SystemError) {
    var events: UInt32 = 0
    if interest.contains(.readable) { events |= EPOLLIN.rawValue }
    if interest.contains(.writable) { events |= EPOLLOUT.rawValue }
    var event = unsafe epoll_event(events: events, data: epoll_data_t(fd: descriptor))
    let isKnown = handlers[descriptor] != nil
    var result = unsafe epoll_ctl(
      epoll, isKnown ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event)
    // It was closed without `unwatch`, and its number belongs to something else now.
    if result != 0, isKnown, errno == ENOENT {
      result = unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
    }
    if result != 0 { throw .last("epoll_ctl", on: "descriptor \(descriptor)") }
    handlers[descriptor] = handler
  }

  /// Call before closing the descriptor. Unknown descriptors are ignored.
  package func unwatch(_ descriptor: Int32) {
    guard handlers.removeValue(forKey: descriptor) != nil else { return }
    _ = epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
  }

  /// Runs `action` once, `delay` from now, and up to `tolerance` later if that saves a wakeup.
  @discardableResult
  package func schedule(
    after delay: TimeSpan, tolerance: TimeSpan = .zero, _ action: @escaping () -> Void
  ) -> TimerID {
    lastTimer += 1
    let id = TimerID(number: lastTimer)
    timers[id] = Timer(due: SystemClock.monotonic() + delay, tolerance: tolerance, action: action)
    return id
  }

  package func cancel(_ timer: TimerID) {
    timers[timer] = nil
  }

  /// Serves descriptors and timers until `stop()`.
  package func run() throws(SystemError) {
    isStopping = false
    while !isStopping { try turn(waitingAtMost: nil) }
  }

  /// One wait and whatever it woke up for; `limit` bounds the wait (nil: until something happens).
  package func turn(waitingAtMost limit: TimeSpan?) throws(SystemError) {
    let ready = try wait(milliseconds: millisecondsToSleep(atMost: limit))
    onWakeup()
    for (descriptor, readiness) in ready {
      // A handler that ran before this one may have removed the descriptor.
      handlers[descriptor]?(readiness)
    }
    runDueTimers()
  }

  /// Makes `run()` return after the current turn.
  package func stop() {
    isStopping = true
  }

  private func wait(milliseconds: Int32) throws(SystemError) -> [(Int32, Readiness)] {
    let count = unsafe epoll_wait(epoll, &ready, Int32(ready.count), milliseconds)
    if count < 0, errno != EINTR { throw .last("epoll_wait") }
    return (0..<Int(max(0, count))).map { index in
      (unsafe ready[index].data.fd, unsafe readiness(ready[index].events))
    }
  }

  private func readiness(_ events: UInt32) -> Readiness {
    var readiness: Readiness = []
    if events & EPOLLIN.rawValue != 0 { readiness.insert(.readable) }
    if events & EPOLLOUT.rawValue != 0 { readiness.insert(.writable) }
    if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { readiness.insert(.hangup) }
    return readiness
  }

  private func millisecondsToSleep(atMost limit: TimeSpan?) -> Int32 {
    let latest = timers.values.lazy.map { $0.due + $0.tolerance }.min()
    let untilTimer = latest.map { max(.zero, $0 - SystemClock.monotonic()) }
    guard let sleep = [untilTimer, limit].compactMap(\.self).min() else { return -1 }
    // One more than the difference of truncated clocks, so that a timer is never early by a turn.
    return Int32(clamping: sleep.milliseconds + (sleep > .zero ? 1 : 0))
  }

  private func runDueTimers() {
    let now = SystemClock.monotonic()
    guard timers.values.contains(where: { $0.due <= now }) else { return }
    let due = timers.filter { $0.value.due <= now }.sorted { left, right in
      (left.value.due, left.key.number) < (right.value.due, right.key.number)
    }
    for (id, timer) in due where timers.removeValue(forKey: id) != nil { timer.action() }
  }
}
