private import Glibc
package import TimeSeries

/// The clocks, read at the edges only: wall time stamps samples, monotonic time measures spans.
package enum SystemClock {
  /// CLOCK_REALTIME.
  package static func wallTime() -> Timestamp {
    Timestamp(milliseconds: read(CLOCK_REALTIME) / 1_000_000)
  }

  /// CLOCK_MONOTONIC, since an arbitrary start; stands still while the machine is suspended.
  /// Nothing else happens on this thread meanwhile.
  package static func sleep(_ span: TimeSpan) {
    _ = usleep(UInt32(clamping: span.milliseconds * 1000))
  }

  package static func monotonic() -> TimeSpan {
    TimeSpan(milliseconds: read(CLOCK_MONOTONIC) / 1_000_000)
  }

  /// CLOCK_BOOTTIME: since this machine started, suspension included.
  package static func sinceBoot() -> TimeSpan {
    TimeSpan(milliseconds: read(CLOCK_BOOTTIME) / 1_000_000)
  }

  /// CLOCK_MONOTONIC in nanoseconds, for spans that are shorter than a millisecond.
  package static func monotonicNanoseconds() -> Int64 { read(CLOCK_MONOTONIC) }

  /// CPU time of this process, all threads, in nanoseconds.
  package static func processCPUNanoseconds() -> Int64 { read(CLOCK_PROCESS_CPUTIME_ID) }

  /// CPU time of this thread in nanoseconds.
  package static func threadCPUNanoseconds() -> Int64 { read(CLOCK_THREAD_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var moment = timespec()
    unsafe clock_gettime(clock, &moment)
    return Int64(moment.tv_sec) * 1_000_000_000 + Int64(moment.tv_nsec)
  }
}
