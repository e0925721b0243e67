private import CCrypto

/// The digest of FIPS 180-4, by libcrypto.
package enum SHA256 {
  package static let byteCount = 32

  package static func digest(of message: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: byteCount)
    var written: UInt32 = 0
    let result = unsafe EVP_Digest(
      message, message.count, &digest, &written, EVP_sha256(), nil)
    // It fails only where memory is exhausted, and a daemon cannot go on then.
    precondition(result == 1 && Int(written) == byteCount, "libcrypto refused SHA-256")
    return digest
  }
}
