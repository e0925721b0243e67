internal import Alerting
internal import Delivery
internal import Engine
internal import LinuxSystem
internal import TimeSeries

extension Daemon {
  /// A clock that was set must neither make an alert nor keep one back.
  func followClock() {
    let now = SystemClock.wallTime()
    guard let span = clock.jump(wall: now, monotonic: SystemClock.monotonic()) else { return }
    tell(.clockMoved(by: span))
    perform(engine.handle(.clockMoved(by: span), at: now))
    courier.clockMoved(by: span)
    silences.clockMoved(by: span)
    courier.use(silences: silences.list)
    awaitEndOfSilence()
  }
}

extension JournalRecord {
  static func clockMoved(by span: TimeSpan) -> JournalRecord {
    let isBack = span < .zero
    let length = TimeSpan(milliseconds: Int64(span.milliseconds.magnitude))
    return JournalRecord(
      .sourceProblem, priority: .notice,
      message: isBack
        ? "the clock was put back by \(length); samples of the time to come are dropped"
        : "the clock went forward by \(length), or the machine slept; nobody watched meanwhile")
  }
}
