private import CCrypto

/// The digest of FIPS 180-4 that the WebSocket handshake demands, by libcrypto; it protects nothing.
package enum SHA1 {
  package static let byteCount = 20

  package static func digest(of message: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: byteCount)
    var written: UInt32 = 0
    let result = unsafe EVP_Digest(message, message.count, &digest, &written, EVP_sha1(), nil)
    // It fails only where memory is exhausted, and a daemon cannot go on then.
    precondition(result == 1 && Int(written) == byteCount, "libcrypto refused SHA-1")
    return digest
  }
}
