private import Glibc

/// One connection of a `LocalServer`: a question is gathered, then its answer sent.
final class LocalConnection {
  enum Step {
    case waiting(EventLoop.Readiness)
    case finished
  }

  let descriptor: Int32
  var timer: EventLoop.TimerID?
  private let answer: (String) -> [UInt8]
  private var question: [UInt8] = []
  private var reply: [UInt8]?
  private var sent = 0

  init(_ descriptor: Int32, answer: @escaping (String) -> [UInt8]) {
    self.descriptor = descriptor
    self.answer = answer
  }

  /// Goes on as far as it can without waiting.
  func proceed() -> Step {
    if reply == nil {
      guard let ended = gather() else { return .waiting(.readable) }
      guard ended else { return .finished }
      reply = answer(String(decoding: question, as: UTF8.self))
    }
    return send()
  }

  /// - Returns: nil while the question has no end, false where it never will have one.
  private func gather() -> Bool? {
    var buffer = [UInt8](repeating: 0, count: 1024)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe read(descriptor, bytes.baseAddress, bytes.count)
      }
      if count < 0 { return errno == EAGAIN ? nil : false }
      if count == 0 { return false }
      let received = buffer[..<count]
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        question += received[..<end]
        return question.count <= LocalServer.longestQuestion
      }
      question += received
      if question.count > LocalServer.longestQuestion { return false }
    }
  }

  private func send() -> Step {
    guard let reply else { return .finished }
    while sent < reply.count {
      let count = unsafe reply.withUnsafeBytes { bytes in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[sent...])
        return unsafe Glibc.send(descriptor, rest.baseAddress, rest.count, LocalAddress.noSignal)
      }
      guard count > 0 else { return errno == EAGAIN ? .waiting(.writable) : .finished }
      sent += count
    }
    return .finished
  }
}
