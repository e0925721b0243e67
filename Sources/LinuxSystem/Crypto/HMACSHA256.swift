private import CCrypto
private import Synchronization

/// Keyed message authentication with SHA-256 (RFC 2104, FIPS 180-4), by libcrypto. Whoever signs many
/// messages keeps one of these: to look for the algorithm takes twice as long as a short message.
@safe package final class HMACSHA256: Sendable {
  /// Bytes of a signature.
  package static let byteCount = 32

  /// Looked for once among libcrypto's providers.
  nonisolated(unsafe) private static let algorithm = unsafe EVP_MAC_fetch(nil, "HMAC", nil)

  private let key: [UInt8]
  private let keyByteCount: Int
  /// Begun anew for each message, which no two threads may do at a time.
  private let context: Mutex<OpaquePointer>

  /// - Parameter key: of any length, also empty.
  package init(key: [UInt8]) {
    // A key without an address would be none at all.
    self.key = key.isEmpty ? [0] : key
    keyByteCount = key.count
    // It fails only where memory is exhausted, and a daemon cannot go on then.
    guard let algorithm = unsafe Self.algorithm,
      let context = unsafe EVP_MAC_CTX_new(algorithm)
    else { preconditionFailure("libcrypto has no HMAC") }
    let isReady = unsafe "digest".withCString { option in
      unsafe "SHA256".withCString { name in
        // Both addresses are kept until the end of it; libcrypto does not write to either.
        let parameters = unsafe [
          OSSL_PARAM_construct_utf8_string(option, UnsafeMutablePointer(mutating: name), 0),
          OSSL_PARAM_construct_end(),
        ]
        return unsafe EVP_MAC_CTX_set_params(context, parameters) == 1
      }
    }
    precondition(isReady, "libcrypto has no SHA-256")
    unsafe self.context = Mutex(context)
  }

  deinit {
    unsafe context.withLock { unsafe EVP_MAC_CTX_free($0) }
  }

  /// The 32 bytes that authenticate `message`.
  package func sign(_ message: [UInt8]) -> [UInt8] {
    unsafe context.withLock { context in
      var signature = [UInt8](repeating: 0, count: Self.byteCount)
      var written = 0
      // With the key each time: OpenSSL before 3.0.3 goes on with the message before where it has none.
      let begun = unsafe EVP_MAC_init(context, key, keyByteCount, nil)
      let taken = unsafe EVP_MAC_update(context, message, message.count)
      let ended = unsafe EVP_MAC_final(context, &signature, &written, Self.byteCount)
      let isSigned = begun == 1 && taken == 1 && ended == 1
      precondition(isSigned && written == Self.byteCount, "libcrypto refused HMAC-SHA256")
      return signature
    }
  }
}
