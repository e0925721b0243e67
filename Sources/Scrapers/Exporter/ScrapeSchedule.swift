internal import TimeSeries

/// When a target is due: at its interval, and at an offset within it that only depends on what the
/// target is, so that targets spread out and keep their places over restarts.
///
/// Due times lie on a grid of slots that all targets share: those of one slot need one wakeup.
struct ScrapeSchedule: Hashable, Sendable {
  /// Width of a slot, unless the interval is so short that its targets would bunch up.
  static let slotWidth = TimeSpan(milliseconds: 100)

  let interval: TimeSpan
  /// At least zero, less than the interval, a multiple of the slot.
  let offset: TimeSpan

  /// - Parameter interval: at least 1 ms.
  init(interval: TimeSpan, identity: String) {
    let interval = max(1, interval.milliseconds)
    let slot = max(1, min(Self.slotWidth.milliseconds, interval / 10))
    let slots = UInt64(interval / slot)
    self.interval = TimeSpan(milliseconds: interval)
    offset = TimeSpan(milliseconds: Int64(Self.hash(identity) % slots) * slot)
  }

  /// The first due time after `now`. What was missed meanwhile is not made up for.
  func next(after now: TimeSpan) -> TimeSpan {
    let (now, offset, interval) = (now.milliseconds, offset.milliseconds, interval.milliseconds)
    let elapsed = now - offset
    let rounds = elapsed >= 0 ? elapsed / interval + 1 : -(-elapsed - 1) / interval
    return TimeSpan(milliseconds: offset + rounds * interval)
  }

  private static func hash(_ text: String) -> UInt64 {
    var hash = FNV1a.hash(text)
    hash ^= hash >> 33
    hash = hash &* 0xFF51_AFD7_ED55_8CCD
    return hash ^ (hash >> 33)
  }
}
