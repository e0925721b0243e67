private import Glibc

/// Descriptor 1: results, not messages.
package enum StandardOutput {
  /// Writes all of `text`. - Returns: false where nobody reads any more (a closed pipe).
  @discardableResult
  package static func write(_ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(STDOUT_FILENO, buffer.baseAddress, buffer.count)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { return false }
      bytes = bytes.dropFirst(written)
    }
    return true
  }
}
