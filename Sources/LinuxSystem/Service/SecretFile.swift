private import Glibc

/// A file that holds a secret: a credential of systemd, a key, an address with a token in it.
package enum SecretFile {
  /// No secret is longer; a mistaken path to a large file does no harm.
  package static let maximumByteCount = 64 * 1024

  /// The whole file, read anew at each call, so that a replaced secret counts at once.
  /// Throws ENOENT, EACCES, … of open(2), or EFBIG for a file above `maximumByteCount`.
  package static func read(_ path: String) throws(SystemError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw .last("open", on: path) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: maximumByteCount + 1)
    var count = 0
    while count < bytes.count {
      let read = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(
          descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
      }
      if read < 0, errno == EINTR { continue }
      if read < 0 { throw .last("read", on: path) }
      if read == 0 { return Array(bytes.prefix(count)) }
      count += read
    }
    throw SystemError(call: "read", subject: path, errno: EFBIG)
  }
}
