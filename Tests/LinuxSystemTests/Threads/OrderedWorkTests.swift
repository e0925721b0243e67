import Foundation
import Synchronization
import TestSupport
import Testing

@testable import LinuxSystem

@Suite struct OrderedWorkTests {
  private static func results(
    of work: OrderedWork<Int>
  ) -> [Int] {
    var results: [Int] = []
    while !work.isComplete { results += work.takeArrival() }
    work.stop()
    return results
  }

  @Test(arguments: [1, 2, 7, 32]) func resultsComeInOrderWhateverEndsFirst(threads: Int) throws {
    let work = try OrderedWork(count: 300, threads: threads, ahead: 40) { number in
      // Every seventh is far slower than those behind it.
      usleep(number % 7 == 0 ? 2000 : UInt32(number % 3) * 50)
      return number * number
    }
    #expect(Self.results(of: work) == (0..<300).map { $0 * $0 })
    #expect(work.finishedCount == 300)
  }

  @Test func aSlowPieceHoldsTheOthersBack() throws {
    let begun = Mutex(0)
    let gate = try Semaphore()
    let work = try OrderedWork(count: 100, threads: 4, ahead: 10) { number in
      begun.withLock { $0 += 1 }
      if number == 0 { gate.acquire() }
      return number
    }
    // All that may begin beside the first has ended: nothing but its turn lets more begin.
    for _ in 0..<9 { #expect(work.takeArrival().isEmpty) }
    usleep(20_000)
    #expect(begun.withLock(\.self) == 10)
    #expect(work.finishedCount == 9)
    gate.release()
    #expect(Self.results(of: work) == Array(0..<100))
  }

  @Test func lessRoomThanThreadsIsNoDeadlock() throws {
    let work = try OrderedWork(count: 50, threads: 8, ahead: 1) { $0 }
    #expect(Self.results(of: work) == Array(0..<50))
  }

  @Test func nothingToDoIsComplete() throws {
    let work = try OrderedWork(count: 0, threads: 4, ahead: 4) { $0 }
    #expect(work.isComplete)
    #expect(Self.results(of: work) == [])
  }

  @Test func stoppingBeginsNothingNew() throws {
    let work = try OrderedWork(count: 1_000_000, threads: 3, ahead: 8) { $0 }
    _ = work.takeArrival()
    work.stop()
    let finished = work.finishedCount
    #expect(finished <= work.turn + 8)
    usleep(5000)
    #expect(work.finishedCount == finished)
  }

  @Test func arrivalsWakeAnEventLoop() throws {
    let loop = try EventLoop()
    let work = try OrderedWork(count: 20, threads: 2, ahead: 4) { $0 }
    var results: [Int] = []
    try loop.watch(work.arrivals, for: .readable) { _ in
      results += work.takeArrival()
      if work.isComplete { loop.stop() }
    }
    try loop.run()
    work.stop()
    #expect(results == Array(0..<20))
  }

  @Test func thereIsAtLeastOneProcessor() {
    #expect(Processors.available >= 1)
  }
}
