package import LinuxSystem
package import TimeSeries

/// The world as a courier sees it: wall time, chance and one alarm at a time.
package struct CourierSurroundings {
  package var now: () -> Timestamp
  /// Uniform in 0..<1.
  package var random: () -> Double
  /// Calls back once after the span, unless the returned function cancels it first.
  package var setAlarm: (TimeSpan, @escaping () -> Void) -> () -> Void

  package init(
    now: @escaping () -> Timestamp, random: @escaping () -> Double,
    setAlarm: @escaping (TimeSpan, @escaping () -> Void) -> () -> Void
  ) {
    self.now = now
    self.random = random
    self.setAlarm = setAlarm
  }

  /// - Parameter now: wall time, which may jump only where `clockMoved` is called.
  package static func live(
    on loop: EventLoop, now: @escaping () -> Timestamp = SystemClock.wallTime
  ) -> CourierSurroundings {
    CourierSurroundings(
      now: now, random: { Double.random(in: 0..<1) },
      setAlarm: { span, action in
        let timer = loop.schedule(after: span, tolerance: min(.seconds(0.25), span), action)
        return { loop.cancel(timer) }
      })
  }
}
