private import Glibc

/// Asks a `LocalServer` a question.
package enum LocalClient {
  /// - Parameter patienceSeconds: for each piece of the answer.
  /// - Returns: the whole answer.
  /// - Throws: where nobody listens (`ENOENT`, `ECONNREFUSED`), access is denied, or no answer comes
  ///   in time (`EAGAIN`).
  package static func ask(
    _ question: String, at path: String, patienceSeconds: Int = 15
  ) throws(SystemError) -> [UInt8] {
    guard let address = LocalAddress(path: path) else {
      throw SystemError(call: "connect", subject: path, errno: ENAMETOOLONG)
    }
    let descriptor = try LocalAddress.openSocket()
    defer { close(descriptor) }
    var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      let size = socklen_t(MemoryLayout<timeval>.size)
      unsafe setsockopt(descriptor, SOL_SOCKET, option, &patience, size)
    }
    if unsafe address.apply(connect, to: descriptor) != 0 { throw .last("connect", on: path) }
    let bytes = Array(question.utf8) + [UInt8(ascii: "\n")]
    let written = unsafe send(descriptor, bytes, bytes.count, LocalAddress.noSignal)
    if written != bytes.count { throw .last("send", on: path) }
    return try readAll(descriptor, path)
  }

  /// Whether a process listens there.
  static func isAnswered(at address: LocalAddress) -> Bool {
    guard let descriptor = try? LocalAddress.openSocket() else { return false }
    defer { close(descriptor) }
    return unsafe address.apply(connect, to: descriptor) == 0
  }

  private static func readAll(_ descriptor: Int32, _ path: String) throws(SystemError) -> [UInt8] {
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe read(descriptor, bytes.baseAddress, bytes.count)
      }
      if count < 0 { throw .last("read", on: path) }
      if count == 0 { return answer }
      answer += buffer[..<count]
    }
  }
}
