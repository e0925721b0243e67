import Foundation
import LinuxSystem
import Testing
import TimeSeries

/// Questions over a socket, also from those who do not keep to the rules.
@Suite struct LocalServerTests {
  /// Runs a server on this thread while `client` runs on another.
  private static func serving(
    answer: @escaping (String) -> [UInt8], client: @escaping @Sendable (String) -> Void
  ) throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/s"
      let loop = try EventLoop()
      let server = try LocalServer(path: path, loop: loop) { line, _ in answer(line) }
      let isDone = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        client(path)
        isDone.signal()
      }
      let deadline = Date(timeIntervalSinceNow: 30)
      while isDone.wait(timeout: .now()) == .timedOut, Date() < deadline {
        try loop.turn(waitingAtMost: TimeSpan(milliseconds: 10))
      }
      withExtendedLifetime(server) {}
    }
  }

  @Test func anAnswerOfMegabytesArrivesWhole() throws {
    let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try Self.serving(answer: { $0 == "all" ? large : [] }) { path in
      #expect((try? LocalClient.ask("all", at: path)) == large)
      #expect((try? LocalClient.ask("nothing", at: path)) == [])
    }
  }

  @Test func aQuestionWithoutEndIsCutOffAndOthersAreAnswered() throws {
    try Self.serving(answer: { Array($0.utf8) }) { path in
      let long = String(repeating: "x", count: 100_000)
      #expect((try? LocalClient.ask(long, at: path)) ?? [] == [])
      #expect((try? LocalClient.ask("short", at: path)) == Array("short".utf8))
    }
  }

  @Test func theKernelSaysWhoAsks() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/s"
      let loop = try EventLoop()
      var peers: [LocalPeer] = []
      let server = try LocalServer(path: path, loop: loop) { _, peer in
        peers.append(peer)
        return []
      }
      let isDone = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        _ = try? LocalClient.ask("who am I", at: path)
        isDone.signal()
      }
      let deadline = Date(timeIntervalSinceNow: 30)
      while isDone.wait(timeout: .now()) == .timedOut, Date() < deadline {
        try loop.turn(waitingAtMost: TimeSpan(milliseconds: 10))
      }
      withExtendedLifetime(server) {}
      #expect(peers == [LocalPeer(userID: geteuid())])
      #expect(peers.first?.mayChangeThings == true)
      #expect(!LocalPeer(userID: 65_534).mayChangeThings)
      #expect(LocalPeer(userID: 0).mayChangeThings)
    }
  }

  @Test func aSecondServerAtTheSamePathIsRefusedAndTheFirstGoesOn() throws {
    try Self.serving(answer: { Array($0.utf8) }) { path in
      let error = #expect(throws: SystemError.self) {
        _ = try LocalServer(path: path, loop: try EventLoop()) { _, _ in [] }
      }
      #expect(error?.description.contains("Address already in use") == true)
      #expect((try? LocalClient.ask("still", at: path)) == Array("still".utf8))
    }
  }

  @Test func aPathThatIsTooLongIsAnError() throws {
    let error = #expect(throws: SystemError.self) {
      _ = try LocalClient.ask("x", at: "/" + String(repeating: "x", count: 200))
    }
    #expect(error?.description.contains("File name too long") == true)
  }
}
