private import CSystemd
private import Glibc
package import TimeSeries

/// A connected local socket that is read and written in straight lines, each with a deadline and a
/// limit: for a program that does one thing and ends.
package struct LocalStream: ~Copyable {
  private let descriptor: Int32
  private let name: String

  /// Takes the descriptor over; it must not block.
  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  deinit { close(descriptor) }

  /// The connection that systemd accepted for this process, sd_listen_fds(3) with Accept=yes.
  ///
  /// - Throws: `ENOTCONN` where this process was not started with one.
  package static func handedOver() throws(SystemError) -> LocalStream {
    let count = sd_listen_fds(1)
    // SD_LISTEN_FDS_START
    let descriptor: Int32 = 3
    guard count == 1, sd_is_socket_unix(descriptor, stream, 0, nil, 0) > 0 else {
      throw SystemError(call: "sd_listen_fds", subject: "", errno: ENOTCONN)
    }
    guard fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else { throw .last("fcntl") }
    return LocalStream(descriptor: descriptor, name: "the connection")
  }

  /// SOCK_STREAM, which Glibc's module does not show in every build.
  private static let stream: Int32 = 1

  /// nil where the kernel does not say.
  package var peer: LocalPeer? { LocalPeer(of: descriptor) }

  /// Everything up to the first newline, which is not in it.
  ///
  /// - Parameter deadline: by the monotonic clock.
  /// - Throws: `ETIMEDOUT`, `EFBIG` for a longer line, `ECONNRESET` where the line has no end.
  package borrowing func readLine(limit: Int, deadline: TimeSpan) throws(SystemError) -> [UInt8] {
    var line: [UInt8] = []
    while true {
      let block = try readSome(atMost: limit + 1 - line.count, deadline: deadline)
      if block.isEmpty { throw SystemError(call: "read", subject: name, errno: ECONNRESET) }
      if let end = block.firstIndex(of: UInt8(ascii: "\n")) { return line + block[..<end] }
      line += block
      if line.count > limit { throw SystemError(call: "read", subject: name, errno: EFBIG) }
    }
  }

  /// Everything up to the end.
  ///
  /// - Throws: `ETIMEDOUT`, `EFBIG`.
  package borrowing func readAll(limit: Int, deadline: TimeSpan) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let block = try readSome(atMost: 1 << 16, deadline: deadline)
      if block.isEmpty { return bytes }
      bytes += block
      if bytes.count > limit { throw SystemError(call: "read", subject: name, errno: EFBIG) }
    }
  }

  /// - Throws: `ETIMEDOUT`, `EPIPE` where nobody reads.
  package borrowing func write(_ bytes: [UInt8], deadline: TimeSpan) throws(SystemError) {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[sent...])
        return unsafe send(descriptor, rest.baseAddress, rest.count, LocalAddress.noSignal)
      }
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN {
        try wait(for: POLLOUT, deadline)
      } else if errno != EINTR {
        throw .last("send", on: name)
      }
    }
  }

  private func readSome(atMost length: Int, deadline: TimeSpan) throws(SystemError) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: length)
    while true {
      // Also where bytes keep coming.
      guard SystemClock.monotonic() < deadline else { throw timeout }
      let count = unsafe block.withUnsafeMutableBytes { buffer in
        unsafe read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count >= 0 { return Array(block[..<count]) }
      if errno == EAGAIN {
        try wait(for: POLLIN, deadline)
      } else if errno != EINTR {
        throw .last("read", on: name)
      }
    }
  }

  private func wait(for events: Int32, _ deadline: TimeSpan) throws(SystemError) {
    let left = (deadline - SystemClock.monotonic()).milliseconds
    guard left > 0 else { throw timeout }
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    // An interruption is as good as nothing ready: the caller tries again.
    if unsafe poll(&entry, 1, Int32(clamping: left)) == 0 { throw timeout }
  }

  private var timeout: SystemError { SystemError(call: "poll", subject: name, errno: ETIMEDOUT) }
}
