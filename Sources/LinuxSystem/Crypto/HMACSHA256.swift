private import CCrypto
private import Synchronization

/// Keyed message authentication with SHA-256 (RFC 2104, FIPS 180-4), by libcrypto. The key is prepared
/// once: looking for the algorithm and taking the key in take seven times as long as a short message.
@safe package final class HMACSHA256: Sendable {
  /// Bytes of a signature.
  package static let byteCount = 32

  /// Looked for once among libcrypto's providers.
  nonisolated(unsafe) private static let algorithm = unsafe EVP_MAC_fetch(nil, "HMAC", nil)

  /// Begun anew for each message, which no two threads may do at a time.
  private let context: Mutex<OpaquePointer>

  /// - Parameter key: of any length, also empty.
  package init(key: [UInt8]) {
    // It fails only where memory is exhausted, and a daemon cannot go on then.
    guard let context = unsafe EVP_MAC_CTX_new(Self.algorithm) else {
      preconditionFailure("libcrypto has no HMAC")
    }
    let isReady = unsafe "digest".withCString { option in
      unsafe "SHA256".withCString { name in
        // Both addresses are kept until the end of it; libcrypto does not write to either.
        let parameters = unsafe [
          OSSL_PARAM_construct_utf8_string(option, UnsafeMutablePointer(mutating: name), 0),
          OSSL_PARAM_construct_end(),
        ]
        // A key without an address would be none at all.
        return unsafe EVP_MAC_init(context, key.isEmpty ? [0] : key, key.count, parameters) == 1
      }
    }
    precondition(isReady, "libcrypto refused a key for HMAC-SHA256")
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
      // Without the address of a key, the key is the one before.
      let begun = unsafe EVP_MAC_init(context, nil, 0, nil)
      let taken = unsafe EVP_MAC_update(context, message, message.count)
      let ended = unsafe EVP_MAC_final(context, &signature, &written, Self.byteCount)
      let isSigned = begun == 1 && taken == 1 && ended == 1
      precondition(isSigned && written == Self.byteCount, "libcrypto refused HMAC-SHA256")
      return signature
    }
  }
}
