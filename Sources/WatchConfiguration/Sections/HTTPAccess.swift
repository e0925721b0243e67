/// How an address is reached that asks who is there: the keys that exporters and servers share.
package protocol HTTPAccess {
  var headers: [HTTPHeader] { get set }
  var bearerTokenFile: String? { get set }
  var basicAuthentication: Configuration.BasicAuthentication? { get set }
  var tls: Configuration.TLS { get set }
  var proxyURL: WebURL? { get set }
}

extension KeySpecification where Section: HTTPAccess & ConfigurationSection {
  /// - Parameters:
  ///   - table: of which these keys are: "exporter".
  ///   - peer: who is spoken to: "target".
  ///   - occasion: when a secret is read: "scrape".
  static func access(
    of table: String, peer: String, occasion: String
  ) -> [KeySpecification<Section>] {
    [
      .value("headers", \.headers, .headers, "headers that are added to each request"),
      .optional(
        "bearer_token_file", \.bearerTokenFile, .path, absent: "no token",
        "a file with the token for `Authorization: Bearer`, read at each \(occasion)"),
      .optionalTable(
        "basic_auth", \.basicAuthentication, header: "[\(table).basic_auth]",
        absent: "no password", "user name and password for the \(peer)"),
      .table(
        "tls", \.tls, header: "[\(table).tls]", "how the \(peer)'s certificate is checked"),
      .optional(
        "proxy_url", \.proxyURL, .url, absent: "no proxy", "an HTTP proxy to go through"),
    ]
  }
}
