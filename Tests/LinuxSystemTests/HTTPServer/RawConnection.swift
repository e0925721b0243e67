import Foundation

/// A connection that sends bytes as they are, also such as no client would.
final class RawConnection {
  private let descriptor: Int32

  init(port: Int) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    unsafe Self.connect(descriptor, &address, MemoryLayout<sockaddr_in>.size)
  }

  init(path: String) {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    unsafe Self.connect(descriptor, &address, MemoryLayout<sockaddr_un>.size)
  }

  deinit { close(descriptor) }

  func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// Everything until the other side closes.
  func readToEnd() -> String {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return String(decoding: all, as: UTF8.self) }
      all += buffer[..<count]
    }
  }

  private static func connect(
    _ descriptor: Int32, _ address: UnsafeRawPointer, _ size: Int
  ) {
    let generic = unsafe address.assumingMemoryBound(to: sockaddr.self)
    let result = unsafe Foundation.connect(descriptor, generic, socklen_t(size))
    precondition(result == 0, "cannot connect")
  }
}
