internal import Formats
package import LinuxSystem
internal import TimeSeries

/// One connection of the helper's socket: who asks, one question, its answer.
package enum HelperSession {
  /// For a question to come, and for an answer to be taken.
  private static let peerTimeout = TimeSpan.seconds(10)
  /// After this the process ends, whatever it waits for.
  private static let longestLifeSeconds: UInt32 = 60

  /// - Parameters:
  ///   - users: who may ask, beside root.
  ///   - log: told of each question and what became of it, a line each.
  package static func serve(
    _ stream: borrowing LocalStream, users: Set<UInt32>, log: (String) -> Void
  ) {
    ProcessRights.endAfter(seconds: longestLifeSeconds)
    let began = SystemClock.monotonic()
    do throws(SystemError) {
      try ProcessRights.forbidInspection()
      guard let peer = stream.peer else { return log("nobody knows who asks: no answer") }
      let line = try stream.readLine(
        limit: HelperQuestion.longest, deadline: SystemClock.monotonic() + peerTimeout)
      let answer: HelperAnswer
      if peer.userID == 0 || users.contains(peer.userID) {
        answer = Self.answer(line, of: peer, log)
      } else {
        answer = .refused("\(peer.name) may not ask")
        log("\(peer.name) may not ask")
      }
      log("\(outcome(answer)) after \(SystemClock.monotonic() - began)")
      try stream.write(answer.bytes, deadline: SystemClock.monotonic() + peerTimeout)
    } catch {
      log("no answer: \(error)")
    }
  }

  private static func answer(
    _ line: [UInt8], of peer: LocalPeer, _ log: (String) -> Void
  ) -> HelperAnswer {
    do {
      let question = try HelperQuestion(line)
      log("\(peer.name) asks: \(question.line)")
      return HelperDesk.answer(question)
    } catch {
      log("\(peer.name) asks what is no question: \(error)")
      return .refused("\(error)")
    }
  }

  private static func outcome(_ answer: HelperAnswer) -> String {
    switch answer {
    case .body(let body): "answered with \(body.count) bytes"
    case .refused(let reason): "refused: \(reason)"
    case .failed(let reason): "failed: \(reason)"
    }
  }
}
