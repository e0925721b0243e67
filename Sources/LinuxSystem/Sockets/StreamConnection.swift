private import CLinux
private import Glibc

/// A TCP connection to an IP address, on the event loop: it never waits.
package final class StreamConnection {
  package enum Event {
    case opened
    case bytes([UInt8])
    /// Nothing comes after it. nil: the peer closed in order.
    case closed(SystemError?)
  }

  private static let pieceBytes = 1 << 18
  /// SOCK_STREAM, which Glibc's module does not show in every build.
  private static let stream: Int32 = 1

  private let loop: EventLoop
  private let subject: String
  private let onEvent: (Event) -> Void
  private var descriptor: Int32
  private var isOpen = false
  private var unsent: [UInt8] = []

  /// - Parameters:
  ///   - host: a number of IPv4 or IPv6; names are not looked up.
  ///   - onEvent: called from the loop, never from within this or `send`.
  package init(
    host: String, port: UInt16, loop: EventLoop, onEvent: @escaping (Event) -> Void
  ) throws(SystemError) {
    subject = "\(host) port \(port)"
    self.loop = loop
    self.onEvent = onEvent
    let isSix = host.contains(":")
    descriptor = socket(isSix ? AF_INET6 : AF_INET, Self.stream | O_CLOEXEC | O_NONBLOCK, 0)
    if descriptor < 0 { throw .last("socket") }
    let connect = isSix ? Self.connect6 : Self.connect4
    let result = connect(descriptor, host, port)
    if result != 0, errno != EINPROGRESS {
      let error = SystemError.last("connect", on: subject)
      Glibc.close(descriptor)
      descriptor = -1
      throw error
    }
    do throws(SystemError) {
      try loop.watch(descriptor, for: .writable) { [weak self] in self?.proceed($0) }
    } catch {
      Glibc.close(descriptor)
      descriptor = -1
      throw error
    }
  }

  deinit { close() }

  package func send(_ bytes: [UInt8]) {
    guard descriptor >= 0 else { return }
    unsent += bytes
    if isOpen { try? watch() }
  }

  /// No event comes after it.
  package func close() {
    guard descriptor >= 0 else { return }
    loop.unwatch(descriptor)
    Glibc.close(descriptor)
    descriptor = -1
  }

  private func proceed(_ readiness: EventLoop.Readiness) {
    do throws(SystemError) {
      if !isOpen {
        try finishConnecting()
        isOpen = true
        onEvent(.opened)
      }
      if descriptor >= 0 { try flush() }
      if descriptor >= 0, !readiness.isDisjoint(with: [.readable, .hangup]) { try receive() }
      if descriptor >= 0 { try watch() }
    } catch {
      end(error)
    }
  }

  private func watch() throws(SystemError) {
    try loop.watch(descriptor, for: unsent.isEmpty ? .readable : [.readable, .writable]) {
      [weak self] in self?.proceed($0)
    }
  }

  private func finishConnecting() throws(SystemError) {
    var fault: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &fault, &size) == 0 else {
      throw .last("getsockopt", on: subject)
    }
    if fault != 0 { throw SystemError(call: "connect", subject: subject, errno: fault) }
  }

  private func flush() throws(SystemError) {
    while !unsent.isEmpty {
      let count = unsafe unsent.withUnsafeBytes { bytes in
        unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EAGAIN { return }
      if count < 0 { throw .last("send", on: subject) }
      unsent.removeFirst(count)
    }
  }

  /// One piece at a time, so that a fast peer leaves the loop its other work.
  private func receive() throws(SystemError) {
    var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
    let count = unsafe piece.withUnsafeMutableBytes { bytes in
      unsafe read(descriptor, bytes.baseAddress, bytes.count)
    }
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    if count < 0 { throw .last("read", on: subject) }
    if count == 0 { return end(nil) }
    onEvent(.bytes(Array(piece[..<count])))
  }

  private func end(_ error: SystemError?) {
    close()
    onEvent(.closed(error))
  }

  private static func connect4(_ descriptor: Int32, _ host: String, _ port: UInt16) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
      errno = EINVAL
      return -1
    }
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { rebound in
        unsafe connect(descriptor, rebound, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private static func connect6(_ descriptor: Int32, _ host: String, _ port: UInt16) -> Int32 {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    guard unsafe inet_pton(AF_INET6, host, &address.sin6_addr) == 1 else {
      errno = EINVAL
      return -1
    }
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { rebound in
        unsafe connect(descriptor, rebound, socklen_t(MemoryLayout<sockaddr_in6>.size))
      }
    }
  }
}
