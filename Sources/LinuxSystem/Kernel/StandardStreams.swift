private import Glibc

/// Text for a person at the terminal or for whoever reads standard error.
package enum StandardError {
  /// Writes the whole text, retrying short and interrupted writes; a closed descriptor is ignored.
  package static func write(_ text: String) {
    StandardStream.write(text, to: STDERR_FILENO)
  }
}

/// Text for pipes and files: results, not messages.
package enum StandardOutput {
  package static func write(_ text: String) {
    StandardStream.write(text, to: STDOUT_FILENO)
  }

  /// Whether a person looks at it.
  package static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
}

private enum StandardStream {
  static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { return }
      bytes = bytes.dropFirst(written)
    }
  }
}
