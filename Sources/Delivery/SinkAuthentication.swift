private import LinuxSystem

/// How LeakWatch proves itself to a receiver; secrets are read at each attempt.
package enum SinkAuthentication: Hashable, Sendable {
  /// RFC 6750.
  case bearer(SecretSource)
  /// RFC 7617.
  case basic(user: String, password: SecretSource)

  func header() throws(SecretFailure) -> OutgoingRequest.Header {
    switch self {
    case .bearer(let token):
      return OutgoingRequest.Header("authorization", "Bearer " + (try token.readText()))
    case .basic(let user, let password):
      let pair = Array("\(user):".utf8) + (try password.read())
      return OutgoingRequest.Header("authorization", "Basic " + Base64.encode(pair))
    }
  }
}
