import Glibc

/// A TCP port of 127.0.0.1 that was free a moment ago.
package func freeLoopbackPort() -> UInt16 { SilentPort().number }

/// A TCP port of 127.0.0.1 that is taken and listens to nobody, as long as this object lives:
/// whoever connects is refused, and no other program can get it meanwhile.
package final class SilentPort {
  package let number: UInt16
  private let descriptor: Int32

  package init() {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        _ = bind(descriptor, generic, length)
        _ = getsockname(descriptor, generic, &length)
      }
    }
    number = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(descriptor) }
}
