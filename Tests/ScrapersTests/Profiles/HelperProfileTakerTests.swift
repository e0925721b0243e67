import Formats
import Foundation
import LinuxSystem
import Scrapers
import Testing
import TimeSeries

/// Which process is asked, and what is made of answers that are none.
@Suite struct HelperProfileTakerTests {
  private static let began = Timestamp(milliseconds: 1_763_900_000_000)

  private static func process(
    _ number: Int32, began seconds: Double = 0, runtime: MappedRuntime? = .hotspot
  ) -> HelperProcess {
    HelperProcess(
      target: .init(processID: number, startTicks: UInt64(number) * 10),
      began: began + .seconds(seconds), residentBytes: 1, runtime: runtime)
  }

  /// A helper on this loop that lists `lists`, one after another, and answers every other question with
  /// itself.
  private func take(
    _ lists: [[HelperProcess]], isProcessStart: Bool, raw: [UInt8]? = nil
  ) throws -> [Result<String, ProfileRefusal>] {
    let path = "/tmp/leakwatch-taker-\(UUID().uuidString)"
    let loop = try EventLoop()
    var left = lists
    let server = try LocalServer(path: path, loop: loop) { line, _ in
      if let raw { return raw }
      let isList = line.contains(" processes ")
      let body = isList ? left.removeFirst().map(\.line).joined() : line
      return HelperAnswer.body(Array(body.utf8)).bytes
    }
    defer { withExtendedLifetime(server) {} }
    let taker = HelperProfileTaker(client: HelperClient(loop: loop))
    var results: [Result<String, ProfileRefusal>] = []
    for _ in lists {
      let before = results.count
      taker.take(
        .init(
          cgroup: "/a", lifeBegan: Self.began, isProcessStart: isProcessStart, objects: .live,
          mostResidentBytes: 1000),
        at: path, timeout: .seconds(20), limit: 1000
      ) { results.append($0.map { String(decoding: $0, as: UTF8.self) }) }
      for _ in 0..<2000 where results.count == before {
        try loop.turn(waitingAtMost: TimeSpan(milliseconds: 10))
      }
    }
    return results
  }

  private func question(_ number: Int32) -> String {
    "leakwatch-helper/1 class-histogram pid=\(number) start=\(number * 10) objects=live cgroup=/a"
  }

  @Test func theOneThatBeganWhenTheExporterSaysIsAsked() throws {
    let list = [
      Self.process(9, began: -60), Self.process(7, began: 1.5), Self.process(5, began: 90),
    ]
    let results = try take([list, [list[0], list[2]]], isProcessStart: true)
    #expect(results[0] == .success(question(7)))
    guard case .failure(let refusal) = results[1] else {
      Issue.record("another process was asked")
      return
    }
    #expect(!refusal.isFinal)
    #expect(refusal.reason == "no JVM in /a began when the exporter says that its process did")
  }

  @Test func theLargestJVMIsAskedAndNoOtherAfterIt() throws {
    let list = [Self.process(9, runtime: nil), Self.process(7, began: 40), Self.process(5)]
    let results = try take([list, list, [list[2]], []], isProcessStart: false)
    #expect(results[0] == .success(question(7)))
    #expect(results[1] == .success(question(7)))
    #expect(
      results[2]
        == .failure(
          ProfileRefusal(
            reason: "the largest process in /a was replaced by another while the cgroup lived on",
            isFinal: true
          )))
    #expect(
      results[3] == .failure(ProfileRefusal(reason: "no process is in /a", isFinal: false)))
  }

  @Test(arguments: [
    (HelperAnswer.refused("not today"), true, "not today"),
    (.failed("later"), false, "later"),
    (.body(Array("x\n".utf8)), false, "the helper's list of processes is damaged"),
  ])
  func answersThatAreNoList(answer: HelperAnswer, isFinal: Bool, reason: String) throws {
    #expect(
      try take([[]], isProcessStart: true, raw: answer.bytes)
        == [.failure(ProfileRefusal(reason: reason, isFinal: isFinal))])
  }

  @Test func whatIsNoJVMIsAskedForItsMappings() throws {
    let list = [Self.process(9, runtime: nil), Self.process(5, runtime: .openj9)]
    let results = try take([list], isProcessStart: false)
    #expect(results == [.success("leakwatch-helper/1 mappings pid=9 start=90 cgroup=/a")])
    let jvm = try take([list], isProcessStart: true)
    #expect(
      jvm == [
        .failure(ProfileRefusal(reason: "no process in /a is a HotSpot JVM", isFinal: true))
      ])
  }

  @Test func aLargeJVMIsLeftAlone() throws {
    var large = Self.process(7)
    large.residentBytes = 1001
    guard case .failure(let refusal) = try take([[large]], isProcessStart: false)[0] else {
      Issue.record("it was asked")
      return
    }
    #expect(refusal.reason.contains("[profiles] jvm_max_heap allows 1000 B"))
  }

  @Test func aHelperThatIsBusyIsAskedAgain() throws {
    #expect(
      try take([[]], isProcessStart: true, raw: [])
        == [
          .failure(
            ProfileRefusal(reason: "the helper: it is busy with another question", isFinal: false))
        ])
  }

  @Test func anAnswerWithoutEndIsCutOff() throws {
    let endless = [UInt8](repeating: UInt8(ascii: "a"), count: 4 << 20)
    let results = try take([[]], isProcessStart: true, raw: endless)
    guard case .failure(let refusal) = results[0] else { return }
    #expect(refusal.reason.hasSuffix("File too large"))
  }
}
