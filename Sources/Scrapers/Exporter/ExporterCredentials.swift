internal import LinuxSystem

/// Credentials in files, read at each scrape: a rotated secret counts at once.
package enum ExporterCredentials: Hashable, Sendable {
  case bearer(tokenFile: String)
  case basic(user: String, passwordFile: String)

  /// - Throws: why the file cannot be used, for a person; never its content.
  func read() throws(CredentialFailure) -> HTTPAuthentication {
    switch self {
    case .bearer(let file): .bearer(try Self.secret(in: file))
    case .basic(let user, let file): .basic(user: user, password: try Self.secret(in: file))
    }
  }

  /// The text of the file without one line end, as editors and `echo` leave it.
  private static func secret(in file: String) throws(CredentialFailure) -> String {
    var bytes: [UInt8]
    do {
      bytes = try SecretFile.read(file)
    } catch {
      throw CredentialFailure(description: "cannot read the credentials: \(error)")
    }
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard let text = String(validating: bytes, as: UTF8.self),
      text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
    else {
      throw CredentialFailure(description: "the credentials in \(file) are not one line of text")
    }
    guard !text.isEmpty else {
      throw CredentialFailure(description: "the credentials file \(file) is empty")
    }
    return text
  }
}

struct CredentialFailure: Error, Equatable, CustomStringConvertible {
  var description: String
}
