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

extension Configuration.TLS: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .optional(
        "ca_file", \.caFile, .path, absent: "the system's",
        "a PEM file with the authorities to trust"),
      .optional(
        "cert_file", \.certificateFile, .path, absent: "no client certificate",
        "a PEM file with the certificate to show; needs key_file"),
      .optional(
        "key_file", \.keyFile, .path, absent: "no client certificate",
        "a PEM file with the key of cert_file"),
      .optional(
        "server_name", \.serverName, .name("a host name"), absent: "the URL's host",
        "the name that the certificate must carry"),
      .value(
        "insecure_skip_verify", \.skipsVerification, .boolean,
        "true accepts any certificate, also an attacker's"),
    ]
  }

  func check(_ given: GivenKeys, log: inout DiagnosticLog) {
    for (name, twin) in [("cert_file", "key_file"), ("key_file", "cert_file")]
    where given.has(name) && !given.has(twin) {
      log.error(at: given.keyPosition(of: name), "\"\(name)\" needs \"\(twin)\" beside it")
    }
  }

  func warnIfUnused(by url: WebURL, _ given: GivenKeys, log: inout DiagnosticLog) {
    guard url.scheme == .http, given.has("tls") else { return }
    log.warning(at: given.keyPosition(of: "tls"), "\"tls\" has no effect on an http URL")
  }
}

extension Configuration.BasicAuthentication: ConfigurationSection {
  static var blank: Self { Self(username: "", passwordFile: "") }

  static var keys: [KeySpecification<Self>] {
    [
      .required("username", \.username, .name("a user name"), "the user name"),
      .required(
        "password_file", \.passwordFile, .path, "a file with the password, read at each use"),
    ]
  }

  func check(_ given: GivenKeys, log: inout DiagnosticLog) {
    guard given.areSound("username"), username.contains(":") else { return }
    log.error(at: given.position(of: "username"), "a user name cannot contain \":\" (RFC 7617)")
  }
}

extension WebURL {
  /// A password or token that goes unencrypted over a network is read by others on the way.
  func warnOfPlainCredentials(_ given: GivenKeys, log: inout DiagnosticLog) {
    guard scheme == .http, !HostPort.isLoopback(host) else { return }
    for name in ["basic_auth", "bearer_token_file"] where given.has(name) {
      log.warning(
        at: given.keyPosition(of: name),
        "\"\(name)\" is sent unencrypted to \(quoted(host)); use an https URL")
    }
  }
}
