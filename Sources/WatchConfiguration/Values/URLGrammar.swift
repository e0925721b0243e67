/// http and https addresses (RFC 3986), without user names, passwords and fragments.
package enum URLGrammar {
  package static func parse(_ text: String) throws(ValueProblem) -> WebURL {
    let (scheme, afterScheme) = try splitScheme(text)
    let authority = afterScheme.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let pathAndQuery = afterScheme[authority.endIndex...]
    guard !authority.contains("@") else {
      throw ValueProblem(
        "a user name or password cannot stand in a URL, where logs would show it; "
          + "use basic_auth with a password_file")
    }
    try check(pathAndQuery)
    let hostPort: HostPort
    do {
      hostPort = try HostPort.parse(authority)
    } catch {
      throw ValueProblem("in the URL: \(error.message)")
    }
    return WebURL(
      scheme: scheme, host: hostPort.host, port: hostPort.port, pathAndQuery: String(pathAndQuery))
  }

  /// Messages never repeat the whole address: its path or query may be a key.
  private static func splitScheme(
    _ text: String
  ) throws(ValueProblem) -> (WebURL.Scheme, Substring) {
    guard let range = text.firstRange(of: "://") else {
      throw ValueProblem(
        "expected a URL such as \"http://127.0.0.1:8080/metrics\", found a string without \"://\"")
    }
    let name = text[..<range.lowerBound]
    guard let scheme = WebURL.Scheme(rawValue: name.lowercased()) else {
      throw ValueProblem("\(quoted(String(name))) is not one of the schemes http and https")
    }
    return (scheme, text[range.upperBound...])
  }

  private static func check(_ pathAndQuery: Substring) throws(ValueProblem) {
    guard !pathAndQuery.contains("#") else {
      throw ValueProblem("a URL to fetch has no \"#\" part; remove it")
    }
    let isPlain = pathAndQuery.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    guard isPlain else {
      throw ValueProblem(
        "a URL has no spaces, control or non-ASCII characters; write them as %XX")
    }
  }
}
