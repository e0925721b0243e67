internal import LinuxSystem
internal import TimeSeries

/// Traces replayed on several threads and printed in their order. Printing, progress and signals
/// live on the calling thread.
final class ReplayRun {
  enum End: Equatable {
    case done
    case interrupted(SignalWatcher.Signal)
    /// Nobody reads standard output any more.
    case unread
  }

  private static let redrawInterval = TimeSpan(milliseconds: 100)
  /// What is over sooner needs no progress.
  private static let patience = TimeSpan(milliseconds: 300)

  private let traces: [TraceArgument]
  private let take: (TraceJob.Outcome) -> Bool
  private let work: OrderedWork<TraceJob.Outcome>
  private let loop: EventLoop
  private var line = ProgressLine()
  private let startedAt = SystemClock.monotonic()
  private let interruption: Interruption
  private var signals: SignalWatcher?
  private var isUnread = false

  private final class Interruption {
    var signal: SignalWatcher.Signal?
  }

  /// - Parameters:
  ///   - ahead: how many outcomes may wait for their turn.
  ///   - take: prints one outcome; false where nobody reads it.
  init(
    _ traces: [TraceArgument], job: TraceJob, threads: Int, ahead: Int,
    take: @escaping (TraceJob.Outcome) -> Bool
  ) throws(SystemError) {
    self.traces = traces
    self.take = take
    loop = try EventLoop()
    let interruption = Interruption()
    self.interruption = interruption
    // Before the threads: they take the blocked signals over. Without a line to clear, a signal
    // may end the process as it always does.
    if line.isShown {
      let loop = loop
      signals = try SignalWatcher([.interrupt, .terminate], loop: loop) { signal in
        interruption.signal = signal
        loop.stop()
      }
    }
    work = try OrderedWork(count: traces.count, threads: threads, ahead: ahead) { index in
      job.run(traces[index])
    }
  }

  func run() throws(SystemError) -> End {
    guard !work.isComplete else { return .done }
    try loop.watch(work.arrivals, for: .readable) { [unowned self] _ in accept() }
    if line.isShown { draw(after: Self.patience) }
    try loop.run()
    line.clear()
    // What is not finished then is of no use to anybody, and ends with the process.
    if let signal = interruption.signal { return .interrupted(signal) }
    if isUnread { return .unread }
    work.stop()
    return .done
  }

  private func accept() {
    let outcomes = work.takeArrival()
    if outcomes.contains(where: { !$0.lines.isEmpty || $0.message != nil }) { line.clear() }
    for outcome in outcomes where !take(outcome) {
      isUnread = true
      loop.stop()
      return
    }
    if work.isComplete { loop.stop() }
  }

  private func draw(after delay: TimeSpan) {
    loop.schedule(after: delay) { [unowned self] in
      let current = work.isComplete ? nil : RecordedTrace.stem(traces[work.turn].path)
      let progress = ReplayProgress(
        total: traces.count, finished: work.finishedCount,
        elapsed: SystemClock.monotonic() - startedAt, current: current)
      line.draw(progress.text(width:))
      draw(after: Self.redrawInterval)
    }
  }
}
