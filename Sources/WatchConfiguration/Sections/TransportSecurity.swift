extension Configuration {
  /// `tls = { … }` of an exporter or a sink. Paths of PEM files; nil: the system's own.
  package struct TLS: Sendable, Equatable {
    package var caFile: String?
    package var certificateFile: String?
    package var keyFile: String?
    /// The name that the certificate must carry, where it is not the URL's host.
    package var serverName: String?
    package var skipsVerification = false

    package init() {}
  }

  /// `basic_auth = { … }` (RFC 7617). The password stays in its file and is read at each use.
  package struct BasicAuthentication: Sendable, Equatable {
    package var username: String
    package var passwordFile: String

    package init(username: String, passwordFile: String) {
      self.username = username
      self.passwordFile = passwordFile
    }
  }
}
