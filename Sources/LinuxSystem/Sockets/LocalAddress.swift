internal import Glibc

/// The address of a socket in the file system, unix(7).
struct LocalAddress {
  let path: String
  private var address = sockaddr_un()

  /// nil for a path that does not fit (107 bytes) or is empty.
  init?(path: String) {
    let bytes = Array(path.utf8)
    guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      return nil
    }
    self.path = path
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
      unsafe field.copyBytes(from: bytes)
    }
  }

  /// bind(2) or connect(2).
  func apply(
    _ call: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, to descriptor: Int32
  ) -> Int32 {
    var address = address
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { rebound in
        unsafe call(descriptor, rebound, length)
      }
    }
  }

  /// SOCK_STREAM, which Glibc's module does not show in every build.
  private static let stream: Int32 = 1
  /// MSG_NOSIGNAL, which it does not show in every build either.
  static let noSignal: Int32 = 0x4000

  /// - Parameter flags: `O_NONBLOCK` or nothing; socket(2) takes the flags of open(2).
  static func openSocket(flags: Int32 = 0) throws(SystemError) -> Int32 {
    let descriptor = socket(AF_UNIX, stream | O_CLOEXEC | flags, 0)
    if descriptor < 0 { throw .last("socket") }
    return descriptor
  }
}
