internal import Alerting
internal import Formats
internal import LinuxSystem
internal import Scrapers
internal import Signals
internal import TimeSeries

/// A back-test from the first question to the last record. Reading, printing, progress and signals
/// live on the calling thread; the services of a stretch are worked through on several, while the
/// next stretch is being read.
final class BacktestRun {
  enum End {
    case done(BacktestResult)
    /// Nothing could be had.
    case failed(PrometheusProblem)
    case interrupted(SignalWatcher.Signal)
    /// Nobody reads standard output any more.
    case unread
  }

  private static let redrawInterval = TimeSpan(milliseconds: 100)
  private static let patience = TimeSpan(milliseconds: 300)
  /// Nothing in the windows is older: a service that comes back later begins anew.
  private static let forgetsAfter = TimeSpan.days(15)

  private let plan: BacktestPlan
  private let loop: EventLoop
  private let client: PrometheusClient
  /// What is asked in each pass over the time.
  private var passes: [SignalQueryPlan] = []
  private var pass = 0
  private var reader: PrometheusRangeReader
  private var assembler: ServiceAssembler
  private var services: [ServiceName: ServiceBacktest] = [:]
  private var finished: [ServiceName: [BacktestRecord]] = [:]
  private var found: Set<ServiceName> = []
  private var work: ServiceWork?
  private var waiting: PrometheusRangeReader.Stretch?
  private var hasReadAll = false
  private var isFinishing = false
  private var worked = 0
  private var result: BacktestResult
  private var end: End?
  private var line = ProgressLine()
  private let startedAt = SystemClock.monotonic()
  private var signals: SignalWatcher?

  init(_ plan: BacktestPlan) throws(SystemError) {
    self.plan = plan
    let loop = try EventLoop()
    self.loop = loop
    BrokenPipes.ignoreSignals()
    let http = LazyHTTPClient(loop: loop)
    client = PrometheusClient(plan.endpoint, loop: loop) { () throws(HTTPFailure) in try http.get()
    }
    reader = PrometheusRangeReader(client, queries: [], grid: plan.grid)
    assembler = ServiceAssembler(
      plan: SignalQueryPlan(plan.wishes, step: plan.grid.step), naming: plan.naming)
    result = BacktestResult(grid: plan.grid)
  }

  func run() throws(SystemError) -> End {
    // Before the threads: they take the blocked signals over.
    if line.isShown {
      signals = try SignalWatcher([.interrupt, .terminate], loop: loop) { [unowned self] signal in
        stop(.interrupted(signal))
      }
      draw(after: Self.patience)
    }
    begin()
    try loop.run()
    line.clear()
    return end ?? .done(result)
  }

  private func stop(_ end: End) {
    self.end = self.end ?? end
    loop.stop()
  }

  // MARK: Passes

  /// Looks up which services there are, where they can be asked for in groups.
  private func begin() {
    guard let selectors = plan.wishes.divisibleSelectors else { return begin(plan.passes([])) }
    let request = PrometheusRequest.labelValues(
      plan.wishes.serviceLabel, matching: selectors, start: plan.grid.start, end: plan.grid.end)
    client.ask(request) { [unowned self] result in
      switch result {
      case .success(let reply):
        guard case .values(let services) = reply.content else { return begin(plan.passes([])) }
        begin(plan.passes(services))
      case .failure(let problem) where problem.kind == .unavailable: stop(.failed(problem))
      // Not every front knows this question; the queries themselves will tell what is wrong.
      case .failure: begin(plan.passes([]))
      }
    }
  }

  private func begin(_ passes: [SignalQueryPlan]) {
    self.passes = passes
    beginPass()
  }

  private func beginPass() {
    let queries = passes[pass]
    reader = PrometheusRangeReader(
      client, queries: queries.queries.map(\.expression), grid: plan.grid)
    assembler = ServiceAssembler(plan: queries, naming: plan.naming)
    hasReadAll = false
    isFinishing = false
    worked = 0
    read()
  }

  private func endPass() {
    pass += 1
    guard pass < passes.count else { return conclude() }
    beginPass()
  }

  // MARK: Reading

  private func read() {
    guard waiting == nil, !hasReadAll else { return }
    reader.readNext { [unowned self] outcome in
      switch outcome {
      case .failed(let problem):
        // What earlier passes found stands.
        guard pass > 0 else { return stop(.failed(problem)) }
        result.gapCount += 1
        say("warning: a part of the services cannot be read: \(problem)")
        hasReadAll = true
      case .finished: hasReadAll = true
      case .stretch(let stretch): waiting = stretch
      }
      // Not at once: a reader that has nothing left to ask answers from inside `readNext`.
      loop.schedule(after: .zero) { [unowned self] in advance() }
    }
  }

  /// Works on what has been read, if nothing is being worked on; ends where nothing is left.
  private func advance() {
    guard work == nil, end == nil else { return }
    if let stretch = waiting {
      waiting = nil
      tell(stretch)
      take(stretch)
      read()
    } else if hasReadAll {
      finish()
    }
  }

  private func tell(_ stretch: PrometheusRangeReader.Stretch) {
    for notice in stretch.notices { say("warning: the server says: \(notice)") }
    for gap in stretch.gaps {
      result.gapCount += 1
      let query = passes[pass].queries[gap.query]
      guard result.gapCount <= BacktestResult.toldGaps else { continue }
      say(
        "warning: \(query.signal.rawValue) (\(query.origin)) is missing from \(gap.start.rfc3339) to "
          + "\(gap.end.rfc3339): \(gap.reason)")
    }
  }

  private func say(_ text: String) {
    line.clear()
    StandardError.write(text.printable + "\n")
  }

  // MARK: Working

  private func take(_ stretch: PrometheusRangeReader.Stretch) {
    let outcome = assembler.assemble(stretch.answers, on: stretch.grid)
    for note in outcome.notes { say("note: \(note)") }
    found.formUnion(outcome.services.map(\.service))
    let plan = plan
    let inputs = outcome.services.map { moments in
      (
        services.removeValue(forKey: moments.service)
          ?? ServiceBacktest(moments.service, plan: plan), moments.moments
      )
    }
    let seen = stretch.grid.end
    guard !inputs.isEmpty else { return settle(seen, stretch.grid.count) }
    run(count: inputs.count) { index in
      var service = inputs[index].0
      service.take(inputs[index].1)
      return service
    } then: { [unowned self] in
      settle(seen, stretch.grid.count)
    }
  }

  private func settle(_ moment: Timestamp, _ count: Int) {
    worked += count
    let gone = services.values.filter {
      $0.lastSeen.map { moment - $0 > Self.forgetsAfter } ?? false
    }
    for var service in gone {
      services[service.record.service] = nil
      service.finish()
      close(service)
    }
    loop.schedule(after: .zero) { [unowned self] in advance() }
  }

  private func finish() {
    isFinishing = true
    let rest = services.values.sorted { $0.record.service < $1.record.service }
    services = [:]
    let finish: @Sendable (Int) -> ServiceBacktest = { index in
      var service = rest[index]
      service.finish()
      return service
    }
    guard !rest.isEmpty else { return endPass() }
    run(count: rest.count, finish) { [unowned self] in
      for service in services.values.sorted(by: { $0.record.service < $1.record.service }) {
        close(service)
      }
      services = [:]
      endPass()
    }
  }

  private func conclude() {
    result.records = finished.values.flatMap(\.self).sorted { $0.service < $1.service }
    result.requests = client.sentCount
    result.receivedBytes = client.receivedBytes
    stop(.done(result))
  }

  private func close(_ service: ServiceBacktest) {
    var service = service
    write(service.takeLines())
    finished[service.record.service, default: []].append(service.record)
  }

  private func write(_ lines: String) {
    guard !lines.isEmpty else { return }
    line.clear()
    if !StandardOutput.write(lines) { stop(.unread) }
  }

  /// Runs the pieces on the threads and takes their services over in order.
  private func run(
    count: Int, _ piece: @escaping @Sendable (Int) -> ServiceBacktest,
    then done: @escaping () -> Void
  ) {
    do {
      work = try ServiceWork(count: count, threads: plan.jobs, loop: loop, piece: piece) {
        [unowned self] service in
        var service = service
        // At the end of a pass the lines are written with the summaries, service by service.
        if !isFinishing { write(service.takeLines()) }
        services[service.record.service] = service
      } done: { [unowned self] in
        work = nil
        done()
      }
    } catch {
      stop(.failed(PrometheusProblem(.unavailable, "\(error)")))
    }
  }

  private func draw(after delay: TimeSpan) {
    loop.schedule(after: delay) { [unowned self] in
      let progress = BacktestProgress(
        total: plan.grid.count * max(1, passes.count),
        finished: plan.grid.count * pass + worked, elapsed: SystemClock.monotonic() - startedAt,
        at: plan.grid[min(worked, plan.grid.count - 1)],
        services: found.count)
      line.draw(progress.text(width:))
      draw(after: Self.redrawInterval)
    }
  }
}
