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
}
