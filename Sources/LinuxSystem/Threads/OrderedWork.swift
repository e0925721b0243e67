private import Synchronization

/// One piece of work for each number below a count, on several threads, with the results in the
/// order of the numbers.
///
/// Memory is bounded: work begins at most `ahead` numbers beyond the one whose turn it is, so a
/// slow piece makes the threads wait for it and never lets results pile up.
package final class OrderedWork<Result: Sendable> {
  private let shared: Shared
  private let finished: Semaphore
  private let permits: Semaphore
  private var threads: [WorkerThread] = []
  private let count: Int
  /// The number whose result is handed out next.
  package private(set) var turn = 0

  /// - Parameter ahead: raised to the number of threads, below which some would never work.
  package init(
    count: Int, threads threadCount: Int, ahead: Int,
    _ work: @escaping @Sendable (Int) -> Result
  ) throws(SystemError) {
    let threadCount = max(1, min(threadCount, count))
    let finished = try Semaphore()
    let permits = try Semaphore(count: max(ahead, threadCount))
    let shared = Shared()
    self.count = count
    self.finished = finished
    self.permits = permits
    self.shared = shared
    while threads.count < threadCount {
      do throws(SystemError) {
        threads.append(try WorkerThread(Self.body(count, shared, permits, finished, work)))
      } catch {
        // Where the system allows no more threads, those that run do it all.
        if threads.isEmpty { throw error }
        break
      }
    }
  }

  private static func body(
    _ count: Int, _ shared: Shared, _ permits: Semaphore, _ finished: Semaphore,
    _ work: @escaping @Sendable (Int) -> Result
  ) -> @Sendable () -> Void {
    {
      while true {
        permits.acquire()
        guard let number = shared.begin(below: count) else { return }
        shared.finish(number, work(number))
        finished.release()
      }
    }
  }

  /// Becomes readable whenever a result arrives; answer with `takeArrival`.
  package var arrivals: Int32 { finished.descriptor }

  package var isComplete: Bool { turn == count }

  /// How many pieces are done, whether handed out or waiting for their turn.
  package var finishedCount: Int { shared.finishedCount }

  /// Waits until one more result has arrived, and returns those whose turn has come: none while
  /// an earlier one is missing.
  package func takeArrival() -> [Result] {
    guard !isComplete else { return [] }
    finished.acquire()
    var results: [Result] = []
    while let result = shared.take(turn) {
      results.append(result)
      turn += 1
    }
    permits.release(results.count)
    return results
  }

  /// Begins nothing new, and waits for what has begun.
  package func stop() {
    shared.stop()
    permits.release(threads.count)
    for thread in threads { thread.join() }
    threads = []
  }

  private final class Shared: Sendable {
    private struct State {
      var next = 0
      var finishedCount = 0
      var waiting: [Int: Result] = [:]
      var isStopped = false
    }

    private let state = Mutex(State())

    /// The next number to work on; nil where none is left.
    func begin(below count: Int) -> Int? {
      state.withLock { state in
        guard !state.isStopped, state.next < count else { return nil }
        defer { state.next += 1 }
        return state.next
      }
    }

    func finish(_ number: Int, _ result: Result) {
      state.withLock { state in
        state.waiting[number] = result
        state.finishedCount += 1
      }
    }

    func take(_ number: Int) -> Result? {
      state.withLock { $0.waiting.removeValue(forKey: number) }
    }

    func stop() {
      state.withLock { $0.isStopped = true }
    }

    var finishedCount: Int { state.withLock { $0.finishedCount } }
  }
}
