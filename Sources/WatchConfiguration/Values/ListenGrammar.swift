/// Addresses to listen on: "127.0.0.1:9788", "[::1]:9788", "localhost:9788", or a Unix socket as
/// "unix:/run/leakwatch/status.sock". Whether other machines may reach it is the section's matter.
enum ListenGrammar {
  static func parse(_ text: String) throws(ValueProblem) -> ListenAddress {
    if text.hasPrefix("unix:") || text.hasPrefix("/") {
      let path = text.hasPrefix("/") ? text[...] : text.dropFirst("unix:".count)
      return .unix(path: try PathGrammar.parse(String(path)))
    }
    let hostPort: HostPort
    do {
      hostPort = try HostPort.parse(text[...])
    } catch {
      throw expected(error.message)
    }
    guard let port = hostPort.port else { throw expected("\(quoted(text)) has no port") }
    guard HostPort.isLoopback(hostPort.host) || HostPort.isAddress(hostPort.host) else {
      throw expected("\(quoted(hostPort.host)) is a name")
    }
    return .tcp(host: hostPort.host, port: port)
  }

  static func write(_ address: ListenAddress) -> String {
    switch address {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  private static func expected(_ found: String) -> ValueProblem {
    ValueProblem("expected an address such as \"127.0.0.1:9788\": \(found)")
  }
}
