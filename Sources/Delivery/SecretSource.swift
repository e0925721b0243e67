package import LinuxSystem

/// Where a secret comes from: written in the configuration, or a file read at every use so that a
/// rotated secret counts at once. It does not print itself.
package enum SecretSource: Hashable, Sendable, CustomStringConvertible {
  case literal(String)
  case file(String)

  package var description: String {
    switch self {
    case .literal: "(secret)"
    case .file(let path): path
    }
  }

  /// The bytes without one newline at their end, as editors and `echo` leave it.
  package func read() throws(SecretFailure) -> [UInt8] {
    switch self {
    case .literal(let text): return Array(text.utf8)
    case .file(let path):
      var bytes: [UInt8]
      do { bytes = try SecretFile.read(path) } catch { throw .unreadable(error) }
      if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
      if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
      if bytes.isEmpty { throw .empty(path: path) }
      return bytes
    }
  }

  /// For addresses and tokens: the same as text.
  package func readText() throws(SecretFailure) -> String {
    if case .literal(let text) = self, Self.isOneWord(text.utf8.span) { return text }
    let bytes = try read()
    guard Self.isOneWord(bytes.span),
      let text = String(validating: bytes, as: UTF8.self)
    else { throw .notOneWord(source: description) }
    return text
  }

  private static func isOneWord(_ bytes: Span<UInt8>) -> Bool {
    bytes.indices.allSatisfy { bytes[$0] > 0x20 && bytes[$0] != 0x7f }
  }
}

/// Why a secret cannot be used. Names the file, never the content.
package enum SecretFailure: Error, Equatable, CustomStringConvertible {
  case unreadable(SystemError)
  case empty(path: String)
  case notOneWord(source: String)
  /// `whsec_` is not followed by base64 of 24 to 64 bytes.
  case notWebhookSecret(source: String)

  package var description: String {
    switch self {
    case .unreadable(let error): "secret file: \(error)"
    case .empty(let path): "secret file \(path) is empty"
    case .notOneWord(let source): "\(source) must hold one line of text without blanks"
    case .notWebhookSecret(let source):
      "\(source): after whsec_ the base64 of 24 to 64 bytes is expected"
    }
  }
}
