private import Glibc

extension WholeFile {
  /// Writes a file anew, readable by everybody as the umask has it; what was there is replaced.
  /// - Throws: EACCES, ENOENT, ENOSPC, … with the call and the path.
  package static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
    let descriptor = unsafe open(
      path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, mode_t(0o666))
    guard descriptor >= 0 else { throw .last("open", on: path) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = unsafe rest.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        let error = SystemError.last("write", on: path)
        close(descriptor)
        throw error
      }
      rest = rest.dropFirst(written)
    }
    // Some file systems tell only here that the bytes did not reach the disk.
    guard close(descriptor) == 0 else { throw .last("close", on: path) }
  }
}
