private import CCrypto

/// Keyed message authentication with SHA-256 (RFC 2104, FIPS 180-4), by libcrypto.
package enum HMACSHA256 {
  /// Bytes of a signature.
  package static let byteCount = 32

  /// Looked for once: `EVP_sha256()` is looked for among the providers at each use.
  nonisolated(unsafe) private static let digest = unsafe EVP_MD_fetch(nil, "SHA256", nil)

  /// The 32 bytes that authenticate `message` under `key`; keys of any length, also empty.
  package static func sign(key: [UInt8], message: [UInt8]) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: byteCount)
    var written: UInt32 = 0
    let result = unsafe HMAC(
      digest ?? EVP_sha256(), key, Int32(key.count), message, message.count, &signature, &written)
    // It fails only where memory is exhausted, and a daemon cannot go on then.
    precondition(unsafe result != nil && Int(written) == byteCount, "libcrypto refused HMAC-SHA256")
    return signature
  }
}
