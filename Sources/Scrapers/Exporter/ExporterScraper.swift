package import LinuxSystem
internal import TimeSeries

/// Scrapes all exporter targets from the event loop's thread, each at its own interval. A target
/// that is slow or hostile costs the others nothing.
package final class ExporterScraper {
  /// How long a scrape may take before the next one no longer waits for its end.
  private static let patience = TimeSpan(milliseconds: 2)

  private let loop: EventLoop
  private let client: () throws(HTTPFailure) -> HTTPClient
  private let onReport: (ExporterReport) -> Void
  private var sessions: [ExporterSession] = []
  private var timer: EventLoop.TimerID?

  /// - Parameters:
  ///   - client: asked for when the first scrape is due, and at each scrape after it.
  ///   - onReport: called once for each scrape, on the loop's thread; it may call `use` and `stop`.
  package init(
    loop: EventLoop, client: @escaping () throws(HTTPFailure) -> HTTPClient,
    onReport: @escaping (ExporterReport) -> Void
  ) {
    self.loop = loop
    self.client = client
    self.onReport = onReport
  }

  deinit { stop() }

  /// Scrapes these targets from now on. One that was there before goes on as it was.
  package func use(_ targets: [ExporterTarget]) {
    let now = SystemClock.monotonic()
    var left = Dictionary(grouping: sessions) { $0.target.identity }
    sessions = targets.map { target in
      guard let index = left[target.identity]?.firstIndex(where: { $0.target == target }),
        let session = left[target.identity]?.remove(at: index)
      else { return ExporterSession(target, now: now) }
      return session
    }
    for session in left.values.joined() { end(session) }
    arm()
  }

  /// Ends every scrape without a report.
  package func stop() {
    use([])
  }

  private func end(_ session: ExporterSession) {
    session.isEnded = true
    guard let running = session.running else { return }
    session.running = nil
    try? client().cancel(running)
  }

  /// One timer, for the target that is due next.
  private func arm(atLeast pause: TimeSpan = .zero) {
    if let timer { loop.cancel(timer) }
    timer = nil
    guard let due = sessions.map(\.due).min() else { return }
    let delay = max(pause, due - SystemClock.monotonic())
    timer = loop.schedule(after: delay) { [unowned self] in
      timer = nil
      let isUnderWay = scrapeNext()
      arm(atLeast: isUnderWay ? Self.patience : .zero)
    }
  }

  /// Begins the scrape that is longest overdue. Those that are due at the same time follow one
  /// another, each as soon as the one before it ends: bodies that arrive together need memory
  /// together, after a stall those of all targets. Returns whether one is under way.
  private func scrapeNext() -> Bool {
    let now = SystemClock.monotonic()
    guard let session = sessions.min(by: { $0.due < $1.due }), session.due <= now else {
      return false
    }
    session.due = session.schedule.next(after: now)
    if session.running == nil { return scrape(session) }
    onReport(session.skip())
    return false
  }

  private func scrape(_ session: ExporterSession) -> Bool {
    let time = SystemClock.wallTime()
    do {
      let request = try session.request()
      let begin = SystemClock.monotonic()
      session.running = try client().send(request) { [weak self, weak session] reply, body in
        guard let self, let session, session.running != nil else { return }
        session.running = nil
        var report = session.report(reply, body, at: time)
        report.duration = SystemClock.monotonic() - begin
        onReport(report)
        arm()
      }
      return true
    } catch {
      onReport(session.failure("\(error)", at: time))
      return false
    }
  }
}
