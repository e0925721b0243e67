private import Glibc

/// A regular file, a pipe or standard input, read to its end.
package enum WholeFile {
  /// - Parameters:
  ///   - path: "-" is standard input.
  ///   - limit: most bytes that are taken; a longer file is EFBIG, so that a mistaken path does
  ///     no harm.
  /// - Throws: ENOENT, EACCES, EISDIR, EFBIG, … with the call and the path.
  package static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
    guard path != "-" else { return try readAll(STDIN_FILENO, subject: "standard input", limit) }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw .last("open", on: path) }
    defer { close(descriptor) }
    return try readAll(descriptor, subject: path, limit)
  }

  /// Puts `bytes` at `path` in one step: whoever reads there finds the old file or all of the new one.
  package static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
    let draft = path + draftSuffix
    let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0o644)
    guard descriptor >= 0 else { throw .last("open", on: draft) }
    do throws(SystemError) {
      defer { close(descriptor) }
      try writeAll(bytes, to: descriptor, subject: draft)
      guard unsafe rename(draft, path) == 0 else { throw .last("rename", on: path) }
    } catch {
      unsafe unlink(draft)
      throw error
    }
  }

  static func writeAll(
    _ bytes: [UInt8], to descriptor: Int32, subject: String
  ) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .last("write", on: subject) }
      rest = rest.dropFirst(count)
    }
  }

  static func readAll(
    _ descriptor: Int32, subject: String, _ limit: Int
  ) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = unsafe block.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw .last("read", on: subject) }
      if count == 0 { return bytes }
      bytes += block[..<count]
      if bytes.count > limit { throw SystemError(call: "read", subject: subject, errno: EFBIG) }
    }
  }
}
