internal import LinuxSystem
internal import Scrapers
internal import TimeSeries

/// The Prometheus servers of the configuration, and the wait for their history when LeakWatch
/// starts.
final class PrometheusWatch {
  /// A start is not held up for longer; what history is left then comes in beside what is new.
  private static let patience = TimeSpan.minutes(10)
  /// How often the service manager hears of it.
  private static let newsInterval = TimeSpan.seconds(5)

  private let loop: EventLoop
  private let client: LazyHTTPClient
  private let newest: (ScrapeSource) -> Timestamp?
  private let onReport: (PrometheusReport) -> Void
  private var pollers: [PrometheusPoller] = []
  /// Servers whose history is being read, with how much of it is there.
  private var awaited: [ScrapeSource: Double] = [:]
  private var whenRead: (() -> Void)?
  private var timers: [EventLoop.TimerID] = []

  /// - Parameters:
  ///   - newest: the newest moment that is known of a server's services.
  ///   - onReport: gets what each stretch brings.
  init(
    loop: EventLoop, client: LazyHTTPClient, newest: @escaping (ScrapeSource) -> Timestamp?,
    onReport: @escaping (PrometheusReport) -> Void
  ) {
    self.loop = loop
    self.client = client
    self.newest = newest
    self.onReport = onReport
  }

  deinit { stop() }

  /// Whether what comes is history that a restart would read again.
  var isReadingHistory: Bool { whenRead != nil }

  /// Watches these servers from now on. One that was there before goes on as it was.
  func use(_ targets: [PrometheusTarget]) {
    var left = pollers
    pollers = targets.map { target in
      if let index = left.firstIndex(where: { $0.target == target }) {
        return left.remove(at: index)
      }
      let poller = PrometheusPoller(
        target, after: newest(target.source), loop: loop,
        client: { [client] () throws(HTTPFailure) in try client.get() },
        onReport: { [weak self] in self?.take($0) })
      poller.start()
      return poller
    }
    for poller in left {
      poller.stop()
      settle(poller.target.source)
    }
  }

  func stop() {
    whenRead = nil
    use([])
    for timer in timers { loop.cancel(timer) }
    timers = []
  }

  /// Watches these servers, and calls `then` once their history is read or cannot be had.
  ///
  /// - Parameter news: called now and then with how far it is, in words.
  func use(
    _ targets: [PrometheusTarget], news: @escaping (String) -> Void, then: @escaping () -> Void
  ) {
    awaited = Dictionary(
      targets.filter { $0.backfill > .zero }.map { ($0.source, 0) }, uniquingKeysWith: { $1 })
    use(targets)
    guard !awaited.isEmpty else { return then() }
    whenRead = then
    tell(news)
    timers.append(
      loop.schedule(after: Self.patience) { [weak self] in
        self?.awaited = [:]
        self?.endWait()
      })
  }

  /// "reading 7 d of history from http://…: 34 %"
  private var progress: String {
    let share = awaited.values.reduce(0, +) / Double(max(1, awaited.count))
    let names = awaited.keys.map(\.text).sorted().joined(separator: ", ")
    return "reading the history in \(names): \(Int(share * 100)) %"
  }

  private func tell(_ news: @escaping (String) -> Void) {
    guard whenRead != nil else { return }
    news(progress)
    timers.append(
      loop.schedule(after: Self.newsInterval) { [weak self] in self?.tell(news) })
  }

  private func take(_ report: PrometheusReport) {
    onReport(report)
    if let progress = report.progress, awaited[report.source] != nil {
      awaited[report.source] = progress
    }
    if report.isCaughtUp { settle(report.source) }
  }

  private func settle(_ source: ScrapeSource) {
    guard awaited.removeValue(forKey: source) != nil, awaited.isEmpty else { return }
    endWait()
  }

  private func endWait() {
    guard let then = whenRead else { return }
    whenRead = nil
    for timer in timers { loop.cancel(timer) }
    timers = []
    then()
  }
}
