internal import LinuxSystem

/// Services that are worked on, on several threads; their outcomes come in their order, on the loop's
/// thread.
final class ServiceWork {
  /// Outcomes that may wait for their turn, for each thread.
  private static let waitingOutcomes = 16

  private let work: OrderedWork<ServiceBacktest>
  private let loop: EventLoop

  /// - Parameters:
  ///   - piece: what is done to the service of that number; it shares nothing.
  ///   - take: gets each service when its turn has come.
  ///   - done: called once all have come.
  init(
    count: Int, threads: Int, loop: EventLoop,
    piece: @escaping @Sendable (Int) -> ServiceBacktest,
    take: @escaping (ServiceBacktest) -> Void, done: @escaping () -> Void
  ) throws(SystemError) {
    work = try OrderedWork(
      count: count, threads: threads, ahead: threads * Self.waitingOutcomes, piece)
    self.loop = loop
    try loop.watch(work.arrivals, for: .readable) { [unowned self] _ in
      work.takeArrival().forEach(take)
      guard work.isComplete else { return }
      loop.unwatch(work.arrivals)
      work.stop()
      done()
    }
  }
}
