/// `host`, `host:port`, `[::1]:port`: the part that URLs and listen addresses share (RFC 3986,
/// "authority").
package struct HostPort: Hashable, Sendable {
  /// Without the brackets of an IPv6 address.
  package var host: String
  package var port: Int?

  package static func parse(_ text: Substring) throws(ValueProblem) -> HostPort {
    let host: Substring
    let rest: Substring
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else {
        throw ValueProblem("the IPv6 address lacks its closing \"]\"")
      }
      host = text[text.index(after: text.startIndex)..<end]
      rest = text[text.index(after: end)...]
      guard host.contains(":"), host.allSatisfy(isIPv6Character) else {
        throw ValueProblem("\(quoted(String(host))) is not an IPv6 address")
      }
    } else {
      host = text.prefix { $0 != ":" }
      rest = text[host.endIndex...]
      try checkName(host)
    }
    return HostPort(host: String(host), port: try port(rest))
  }

  private static func isIPv6Character(_ character: Character) -> Bool {
    character.isASCII && (character.isHexDigit || character == ":" || character == ".")
  }

  private static func checkName(_ host: Substring) throws(ValueProblem) {
    guard !host.isEmpty else { throw ValueProblem("the host name is missing") }
    let allowed = host.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_")
    }
    guard allowed else { throw ValueProblem("\(quoted(String(host))) is not a host name") }
  }

  /// `rest` is empty or begins with the colon.
  private static func port(_ rest: Substring) throws(ValueProblem) -> Int? {
    guard !rest.isEmpty else { return nil }
    let digits = rest.dropFirst()
    guard rest.hasPrefix(":"), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
      let port = Int(digits), (1...65_535).contains(port)
    else {
      throw ValueProblem("\(quoted(String(digits))) is not a port from 1 to 65535")
    }
    return port
  }

  /// Whether it is an IP address and not a name.
  package static func isAddress(_ host: String) -> Bool {
    if host.contains(":") { return true }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false)
    return octets.count == 4 && octets.allSatisfy { UInt8($0) != nil }
  }

  /// Whether only this host can be meant: RFC 5735 and RFC 6761.
  package static func isLoopback(_ host: String) -> Bool {
    let name = host.lowercased()
    if name == "localhost" || name.hasSuffix(".localhost") || name == "::1" { return true }
    let octets = name.split(separator: ".", omittingEmptySubsequences: false)
    return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
  }

  /// As it was written.
  package var text: String { name + (port.map { ":\($0)" } ?? "") }

  /// - Parameter port: where none was written.
  package func text(port: Int) -> String { "\(name):\(self.port ?? port)" }

  private var name: String { host.contains(":") ? "[\(host)]" : host }
}
