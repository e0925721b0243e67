internal import LinuxSystem
internal import TimeSeries

/// Feeds the service manager's watchdog as long as the scrape loop really moves: a loop that is
/// stuck, or that runs but scrapes nothing, starves it.
final class Watchdog {
  private let loop: EventLoop
  private let interval: TimeSpan
  /// How long without a scrape or an evaluation is still normal.
  private var patience: TimeSpan
  private var lastProgress = SystemClock.monotonic()

  /// nil where no watchdog is asked for.
  init?(loop: EventLoop, patience: TimeSpan) {
    guard let interval = ServiceManager.watchdogInterval else { return nil }
    self.loop = loop
    self.interval = interval
    self.patience = patience
    feed()
  }

  /// A scrape or an evaluation has come to its end.
  func noteProgress() {
    lastProgress = SystemClock.monotonic()
  }

  func adopt(patience: TimeSpan) {
    self.patience = patience
  }

  private func feed() {
    if SystemClock.monotonic() - lastProgress <= patience { ServiceManager.feedWatchdog() }
    let half = TimeSpan(milliseconds: interval.milliseconds / 2)
    let quarter = TimeSpan(milliseconds: interval.milliseconds / 4)
    loop.schedule(after: half, tolerance: quarter) { [weak self] in self?.feed() }
  }
}
