private import Glibc
package import TimeSeries

/// One question to a program that listens on a local socket, and all that it answers, without waiting
/// on the loop's thread. It ends with this object.
package final class LocalExchange {
  package typealias Completion = (Result<[UInt8], SystemError>) -> Void

  private let loop: EventLoop
  private let path: String
  private let limit: Int
  private let completion: Completion
  private var descriptor: Int32 = -1
  private var timer: EventLoop.TimerID?
  private var answer: [UInt8] = []

  /// - Parameters:
  ///   - question: a line without its newline, short enough for the socket's buffer.
  ///   - limit: bytes of the answer.
  ///   - completion: called once, not from within, unless this object ends before: with `ENOENT` or
  ///     `ECONNREFUSED` where nobody listens, `EACCES`, `ETIMEDOUT`, `EFBIG`.
  package init(
    _ question: String, at path: String, loop: EventLoop, timeout: TimeSpan, limit: Int,
    completion: @escaping Completion
  ) {
    self.loop = loop
    self.path = path
    self.limit = limit
    self.completion = completion
    do throws(SystemError) {
      try begin(question)
      timer = loop.schedule(after: timeout, tolerance: .seconds(1)) { [weak self] in
        self?.end(.failure(SystemError(call: "read", subject: path, errno: ETIMEDOUT)))
      }
    } catch {
      let failure = error
      timer = loop.schedule(after: .zero, tolerance: .zero) { [weak self] in
        self?.end(.failure(failure))
      }
    }
  }

  deinit { close() }

  private func begin(_ question: String) throws(SystemError) {
    guard let address = LocalAddress(path: path) else {
      throw SystemError(call: "connect", subject: path, errno: ENAMETOOLONG)
    }
    descriptor = try LocalAddress.openSocket(flags: O_NONBLOCK)
    if unsafe address.apply(connect, to: descriptor) != 0 { throw .last("connect", on: path) }
    let bytes = Array(question.utf8) + [UInt8(ascii: "\n")]
    let written = unsafe send(descriptor, bytes, bytes.count, LocalAddress.noSignal)
    if written != bytes.count { throw .last("send", on: path) }
    try loop.watch(descriptor, for: .readable) { [weak self] _ in self?.take() }
  }

  private func take() {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe read(descriptor, bytes.baseAddress, bytes.count)
      }
      if count < 0 {
        if errno == EAGAIN { return }
        return end(.failure(.last("read", on: path)))
      }
      if count == 0 { return end(.success(answer)) }
      answer += buffer[..<count]
      if answer.count > limit {
        return end(.failure(SystemError(call: "read", subject: path, errno: EFBIG)))
      }
    }
  }

  private func end(_ result: Result<[UInt8], SystemError>) {
    close()
    completion(result)
  }

  private func close() {
    if let timer { loop.cancel(timer) }
    timer = nil
    guard descriptor >= 0 else { return }
    loop.unwatch(descriptor)
    Glibc.close(descriptor)
    descriptor = -1
  }
}
