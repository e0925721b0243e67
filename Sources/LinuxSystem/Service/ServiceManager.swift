private import CSystemd
private import Glibc
package import TimeSeries

/// What a service tells its service manager, sd_notify(3). Every call is a no-op where nobody
/// listens (no NOTIFY_SOCKET: started by hand), and a lost message is no reason to stop.
package enum ServiceManager {
  /// Whether a service manager wants to hear from this process.
  package static var isListening: Bool {
    guard let socket = unsafe getenv("NOTIFY_SOCKET") else { return false }
    return unsafe strlen(socket) > 0
  }

  /// How often `feedWatchdog()` is expected at the latest (WatchdogSec=); nil without a watchdog.
  /// Feed it twice as often.
  package static var watchdogInterval: TimeSpan? {
    var microseconds: UInt64 = 0
    guard unsafe sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
    return TimeSpan(milliseconds: Int64(clamping: microseconds / 1000))
  }

  /// Start-up or a reload is finished.
  package static func announceReady(status: String) {
    notify(["READY=1", "STATUS=\(oneLine(status))"])
  }

  /// A reload begins; end it with `announceReady`.
  package static func announceReloading() {
    // systemd compares this with its own clock to the microsecond (Type=notify-reload).
    var moment = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &moment)
    let microseconds = Int64(moment.tv_sec) * 1_000_000 + Int64(moment.tv_nsec) / 1000
    notify(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"])
  }

  package static func announceStopping(status: String) {
    notify(["STOPPING=1", "STATUS=\(oneLine(status))"])
  }

  /// The sentence that `systemctl status` shows.
  package static func report(status: String) {
    notify(["STATUS=\(oneLine(status))"])
  }

  package static func feedWatchdog() {
    notify(["WATCHDOG=1"])
  }

  /// Asks for `span` from now on for the start, reload or stop that is under way.
  package static func extendTimeout(by span: TimeSpan) {
    notify(["EXTEND_TIMEOUT_USEC=\(span.milliseconds * 1000)"])
  }

  private static func notify(_ assignments: [String]) {
    _ = unsafe sd_notify(0, assignments.joined(separator: "\n"))
  }

  /// An assignment ends at its newline: text after one would be taken for another assignment.
  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }
}
