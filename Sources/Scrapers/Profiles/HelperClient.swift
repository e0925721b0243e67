package import Formats
package import LinuxSystem
package import TimeSeries

/// Asks the privileged helper, one question at a time.
package final class HelperClient {
  package typealias Completion = (Result<[UInt8], ProfileRefusal>) -> Void

  /// The helper takes one connection at a time and closes the others; its predecessor may still be
  /// ending.
  private static let mostAttempts = 5
  private static let pause = TimeSpan.seconds(1)

  private let loop: EventLoop
  private var exchange: LocalExchange?
  private var timer: EventLoop.TimerID?

  package init(loop: EventLoop) { self.loop = loop }

  deinit { stop() }

  /// - Parameters:
  ///   - limit: bytes of the answer's body.
  ///   - completion: not called after `stop`, nor where another question is asked meanwhile.
  package func ask(
    _ question: HelperQuestion, at path: String, timeout: TimeSpan, limit: Int,
    completion: @escaping Completion
  ) {
    ask(question, path, timeout, limit, attempt: 1, completion)
  }

  package func stop() {
    exchange = nil
    if let timer { loop.cancel(timer) }
    timer = nil
  }

  private func ask(
    _ question: HelperQuestion, _ path: String, _ timeout: TimeSpan, _ limit: Int, attempt: Int,
    _ completion: @escaping Completion
  ) {
    exchange = LocalExchange(
      question.line, at: path, loop: loop, timeout: timeout,
      limit: limit + HelperAnswer.longestHead + 1
    ) { [weak self] result in
      guard let self else { return }
      exchange = nil
      if Self.isTurnedAway(result), attempt < Self.mostAttempts {
        timer = loop.schedule(after: Self.pause, tolerance: Self.pause) { [weak self] in
          self?.ask(question, path, timeout, limit, attempt: attempt + 1, completion)
        }
        return
      }
      completion(Self.outcome(result, path))
    }
  }

  /// A connection that is one too many is closed at once, before or after the question arrived.
  private static func isTurnedAway(_ result: Result<[UInt8], SystemError>) -> Bool {
    switch result {
    case .success(let bytes): bytes.isEmpty
    case .failure(let error): error.isCutOff
    }
  }

  private static func outcome(
    _ result: Result<[UInt8], SystemError>, _ path: String
  ) -> Result<[UInt8], ProfileRefusal> {
    switch result {
    case .failure(let error):
      let reason =
        switch error {
        case _ where error.isMissing || error.isRefused:
          "nobody listens at \(path): systemctl enable --now leakwatch-helper.socket"
        case _ where error.isDenied: "\(path) may be used by root and the group leakwatch alone"
        case _ where error.isCutOff: "the helper: it is busy with another question"
        default: "the helper: \(error)"
        }
      return .failure(ProfileRefusal(reason: reason, isFinal: false))
    case .success(let bytes):
      do {
        switch try HelperAnswer(bytes) {
        case .body(let body): return .success(body)
        case .refused(let reason): return .failure(ProfileRefusal(reason: reason, isFinal: true))
        case .failed(let reason): return .failure(ProfileRefusal(reason: reason, isFinal: false))
        }
      } catch {
        return .failure(ProfileRefusal(reason: "the helper: \(error)", isFinal: false))
      }
    }
  }
}
