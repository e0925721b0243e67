package import LinuxSystem
internal import Signals
package import TimeSeries

/// Watches one server: reads its history first, then what is new at every interval. What an outage
/// has kept back is read once the server answers again, so that nothing but the server's own gaps is
/// missing.
package final class PrometheusPoller {
  /// Longer ranges are history: they are read at a measured pace.
  private static let livePoints = 10
  /// A service that is not told of for so long has ended, and for at least four intervals.
  private static let leastAbsence = TimeSpan.minutes(10)
  /// Between two requests for history.
  private static let historySpacing = TimeSpan(milliseconds: 50)

  package let target: PrometheusTarget

  private let loop: EventLoop
  private let client: () throws(HTTPFailure) -> HTTPClient
  private let onReport: (PrometheusReport) -> Void
  private let schedule: ScrapeSchedule
  private var assembler: ServiceAssembler
  private var timer: EventLoop.TimerID?
  /// The newest moment that was read.
  private var done: Timestamp?
  private var connection: PrometheusClient?
  private var reader: PrometheusRangeReader?
  private var seen: [ServiceName: Timestamp] = [:]
  private var said: Set<String> = []

  /// - Parameters:
  ///   - known: the newest moment that is known already, of an earlier run; nil for none.
  ///   - onReport: called after each stretch, on the loop's thread; it may call `stop`.
  package init(
    _ target: PrometheusTarget, after known: Timestamp? = nil, loop: EventLoop,
    client: @escaping () throws(HTTPFailure) -> HTTPClient,
    onReport: @escaping (PrometheusReport) -> Void
  ) {
    self.target = target
    done = known?.aligned(to: target.interval)
    self.loop = loop
    self.client = client
    self.onReport = onReport
    schedule = ScrapeSchedule(interval: target.interval, identity: target.identity)
    assembler = ServiceAssembler(plan: target.queries, naming: target.naming)
  }

  deinit { stop() }

  /// Asks now, and then at every interval.
  package func start() {
    poll()
  }

  /// Ends without another report.
  package func stop() {
    if let timer { loop.cancel(timer) }
    timer = nil
    reader = nil
    connection?.stop()
    connection = nil
  }

  private func arm() {
    if let timer { loop.cancel(timer) }
    let now = SystemClock.monotonic()
    timer = loop.schedule(after: schedule.next(after: now) - now) { [weak self] in
      self?.timer = nil
      self?.poll()
    }
  }

  /// The moments that are still to be read; nil where there is none yet.
  private func range() -> MomentGrid? {
    let end = (SystemClock.wallTime() - target.lag).aligned(to: target.interval)
    let oldest = (end - target.backfill).aligned(to: target.interval)
    let start = max(done.map { $0 + target.interval } ?? oldest, oldest)
    guard start <= end else { return nil }
    let count = (end - start).milliseconds / target.interval.milliseconds + 1
    return MomentGrid(start: start, step: target.interval, count: Int(clamping: count))
  }

  private func poll() {
    guard let range = range() else { return arm() }
    var endpoint = target.endpoint
    if range.count > Self.livePoints { endpoint.leastSpacing = Self.historySpacing }
    let connection = PrometheusClient(endpoint, loop: loop, client: client)
    // The next question comes soon enough; until then the loop has others to serve.
    connection.backoff.attempts = 3
    self.connection = connection
    var size = StretchSize()
    size.sampleBudget = 100_000
    let reader = PrometheusRangeReader(
      connection, queries: target.queries.queries.map(\.expression), grid: range, size: size)
    self.reader = reader
    readNext(reader)
  }

  private func readNext(_ reader: PrometheusRangeReader) {
    reader.readNext { [weak self, weak reader] outcome in
      guard let self, let reader, self.reader === reader else { return }
      switch outcome {
      // The caller goes on in any case: a reader that is finished calls from inside `readNext`.
      case .finished: finish()
      case .failed(let problem): fail(problem.description)
      case .stretch(let stretch): take(stretch, reader)
      }
    }
  }

  private func finish() {
    reader = nil
    connection = nil
    arm()
  }

  private func take(
    _ stretch: PrometheusRangeReader.Stretch, _ reader: PrometheusRangeReader
  ) {
    // Nothing came at all: the same moments are asked for at the next interval.
    if stretch.answers.allSatisfy({ $0 == nil }) {
      return fail(stretch.gaps.first?.reason ?? "no answer")
    }
    done = stretch.grid.end
    let outcome = assembler.assemble(stretch.answers, on: stretch.grid)
    var report = PrometheusReport(source: target.source, moment: stretch.grid.end)
    report.services = outcome.services
    report.problems = problems(outcome.notes, stretch)
    report.ended = noteAbsence(outcome.services, at: stretch.grid.end)
    report.isCaughtUp = reader.finishedCount == reader.totalCount
    if reader.totalCount > Self.livePoints {
      report.progress = Double(reader.finishedCount) / Double(reader.totalCount)
    }
    onReport(report)
    // Others may run between two stretches.
    guard self.reader === reader else { return }
    loop.schedule(after: .zero) { [weak self, weak reader] in
      guard let self, let reader, self.reader === reader else { return }
      readNext(reader)
    }
  }

  private func fail(_ reason: String) {
    finish()
    var report = PrometheusReport(source: target.source, moment: SystemClock.wallTime())
    report.failure = reason
    report.missed = seen.keys.sorted()
    report.isCaughtUp = true
    onReport(report)
  }

  private func problems(
    _ notes: [String], _ stretch: PrometheusRangeReader.Stretch
  ) -> [String] {
    let gaps = stretch.gaps.map { gap in
      let query = target.queries.queries[gap.query]
      return "\(query.signal.rawValue) (\(query.origin)) cannot be read: \(gap.reason)"
    }
    let now = stretch.notices.map { "it warns: \($0)" } + gaps
    let fresh = now.filter { !said.contains($0) } + notes
    // Said again once it was well in between.
    said = Set(now)
    return Set(fresh).sorted().map { "\(target.endpoint.displayURL): \($0)" }
  }

  /// Services that have just become absent for too long.
  private func noteAbsence(_ services: [ServiceMoments], at moment: Timestamp) -> [ServiceName] {
    for service in services {
      seen[service.service] = service.moments.last?.timestamp ?? moment
    }
    let patience = max(
      Self.leastAbsence, TimeSpan(milliseconds: target.interval.milliseconds * 4))
    let ended = seen.filter { moment - $0.value > patience }.keys.sorted()
    for service in ended { seen[service] = nil }
    if !ended.isEmpty { assembler.forget(lastSeenBefore: moment - .days(1)) }
    return ended
  }
}
