/// The text of `profile`: "auto", "off" or an address.
enum ProfileAddress {
  static let words =
    "\"auto\", \"off\", a URL such as \"http://127.0.0.1:6060/debug/pprof/heap\", "
    + "\"inspector://127.0.0.1:9229\" (Node) and \"tracemalloc://127.0.0.1:9191\" (Python)"

  private static let tracemalloc = "tracemalloc://"
  private static let inspector = "inspector://"

  static func parse(_ text: String) throws(ValueProblem) -> Configuration.ProfileSource {
    switch text {
    case "auto": return .auto
    case "off": return .off
    default:
      if text.hasPrefix(tracemalloc) { return .tracemalloc(try hostPort(text, after: tracemalloc)) }
      if text.hasPrefix(inspector) { return .inspector(try inspected(text)) }
      guard text.contains("://") else {
        throw ValueProblem("\(quoted(text)) is none of \(words)")
      }
      return .url(try URLGrammar.parse(text))
    }
  }

  static func text(_ source: Configuration.ProfileSource) -> String {
    switch source {
    case .auto: "auto"
    case .off: "off"
    case .url(let url): url.text
    case .tracemalloc(let address): tracemalloc + address.text
    case .inspector(let address): inspector + address.text
    }
  }

  private static func hostPort(
    _ text: String, after scheme: String
  ) throws(ValueProblem) -> HostPort {
    let rest = text.dropFirst(scheme.count)
    guard !rest.contains("/") else {
      throw ValueProblem("after \(scheme) a host and a port stand alone, without a path")
    }
    return try HostPort.parse(rest)
  }

  /// Node itself answers to numbers and "localhost" only, against web pages that rename themselves.
  private static func inspected(_ text: String) throws(ValueProblem) -> HostPort {
    let address = try hostPort(text, after: inspector)
    guard HostPort.isAddress(address.host) || address.host == "localhost" else {
      throw ValueProblem(
        "Node's inspector answers to an IP address or \"localhost\" only, found "
          + quoted(address.host))
    }
    return address
  }
}
