private import Glibc

/// A regular file, a pipe or standard input, read piece by piece: for what may be too large to be
/// held whole.
package struct FilePieces: ~Copyable {
  private static let pieceBytes = 1 << 20

  private let descriptor: Int32
  private let subject: String
  private let isOurs: Bool
  private var block = [UInt8](repeating: 0, count: Self.pieceBytes)

  /// - Parameter path: "-" is standard input.
  /// - Throws: ENOENT, EACCES, … with the call and the path.
  package init(_ path: String) throws(SystemError) {
    if path == "-" {
      descriptor = STDIN_FILENO
      subject = "standard input"
      isOurs = false
      return
    }
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard opened >= 0 else { throw .last("open", on: path) }
    descriptor = opened
    subject = path
    isOurs = true
  }

  deinit {
    if isOurs { close(descriptor) }
  }

  /// At most 1 MiB; nothing at the end. - Throws: EISDIR, EIO, …
  package mutating func next() throws(SystemError) -> [UInt8] {
    while true {
      let count = unsafe block.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count >= 0 { return Array(block[..<count]) }
      if errno != EINTR { throw .last("read", on: subject) }
    }
  }
}
