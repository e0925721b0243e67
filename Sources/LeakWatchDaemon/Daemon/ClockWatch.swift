internal import LinuxSystem
internal import TimeSeries

/// Notices that the clock was set, or that the machine slept: wall time went on otherwise than
/// monotonic time.
struct ClockWatch {
  /// Less is no jump: a clock that is slewed, or a long turn of the loop.
  static let tolerance = TimeSpan.seconds(5)

  private var offset: TimeSpan?

  /// - Returns: by how much the clock jumped since the last look, forward where that is positive; nil
  ///   where it did not.
  mutating func jump(wall: Timestamp, monotonic: TimeSpan) -> TimeSpan? {
    let offset = TimeSpan(milliseconds: wall.milliseconds - monotonic.milliseconds)
    defer { self.offset = offset }
    guard let last = self.offset else { return nil }
    let jump = TimeSpan(milliseconds: offset.milliseconds - last.milliseconds)
    return jump.milliseconds.magnitude >= Self.tolerance.milliseconds.magnitude ? jump : nil
  }

  /// Wall time as if nobody had set the clock since the last look; nil before the first.
  func wallTime(monotonic: TimeSpan) -> Timestamp? {
    offset.map { Timestamp(milliseconds: monotonic.milliseconds) + $0 }
  }
}

/// Wall time for what waits: it jumps where `jump` has said so, and never before. Nothing may grow old
/// between the moment at which the clock is set and the one at which that is seen.
final class FollowedClock {
  private var watch = ClockWatch()

  var now: Timestamp {
    watch.wallTime(monotonic: SystemClock.monotonic()) ?? SystemClock.wallTime()
  }

  /// By how much the clock was set since the last look; nil where it was not.
  func jump() -> TimeSpan? {
    watch.jump(wall: SystemClock.wallTime(), monotonic: SystemClock.monotonic())
  }
}
