internal import Alerting
internal import LinuxSystem
internal import Storage
internal import TimeSeries

/// Compares profiles that are kept. Those of a few megabytes are read at once; heap snapshots, which
/// take seconds, on a thread of their own, one comparison after another.
final class EvidenceComparer {
  typealias Outcome = Result<HeapEvidence, ProfileReading.Failure>

  private struct Job {
    var reading: EvidenceReading
    var completion: (Outcome) -> Void
  }

  private let loop: EventLoop
  private var waiting: [Job] = []
  private var running: OrderedWork<Outcome>?

  init(loop: EventLoop) {
    self.loop = loop
  }

  /// - Parameters:
  ///   - captures: at least two, in order.
  ///   - completion: may be called from within; not after `stop`.
  func compare(
    _ captures: [ProfileCapture], in store: ProfileStore, bytesPerDay: Double?, at now: Timestamp,
    completion: @escaping (Outcome) -> Void
  ) {
    let reading = EvidenceReading(
      captures: captures, store: store, bytesPerDay: bytesPerDay, now: now)
    guard captures.contains(where: { $0.kind == .nodeSnapshot }) else {
      return completion(reading.evidence())
    }
    waiting.append(Job(reading: reading, completion: completion))
    begin()
  }

  /// Waits for the one that is under way.
  func stop() {
    waiting = []
    guard let running else { return }
    loop.unwatch(running.arrivals)
    running.stop()
    self.running = nil
  }

  private func begin() {
    guard running == nil, !waiting.isEmpty else { return }
    let job = waiting.removeFirst()
    let reading = job.reading
    do {
      let work = try OrderedWork(count: 1, threads: 1, ahead: 1) { _ in reading.evidence() }
      try loop.watch(work.arrivals, for: .readable) { [weak self] _ in
        self?.finish(work, job)
      }
      running = work
    } catch {
      job.completion(.failure(ProfileReading.Failure(description: "\(error)")))
    }
  }

  private func finish(_ work: OrderedWork<Outcome>, _ job: Job) {
    for outcome in work.takeArrival() {
      loop.unwatch(work.arrivals)
      work.stop()
      running = nil
      job.completion(outcome)
      begin()
    }
  }
}
