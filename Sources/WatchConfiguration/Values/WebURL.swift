/// An http or https address, taken apart. User names and passwords are never part of it.
package struct WebURL: Sendable, Hashable {
  package enum Scheme: String, Sendable {
    case http, https
  }

  package var scheme: Scheme
  /// A name, an IPv4 address, or an IPv6 address without its brackets.
  package var host: String
  /// nil: the scheme's own, 80 or 443.
  package var port: Int?
  /// Path and query as written; empty where the address ends after host and port.
  package var pathAndQuery: String

  package init(scheme: Scheme, host: String, port: Int? = nil, pathAndQuery: String = "") {
    self.scheme = scheme
    self.host = host
    self.port = port
    self.pathAndQuery = pathAndQuery
  }

  /// The whole address, for the one place that connects to it.
  package var text: String { origin + pathAndQuery }

  /// Scheme, host and port alone: what may be shown of an address whose path is a key.
  package var origin: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return "\(scheme.rawValue)://\(name)" + (port.map { ":\($0)" } ?? "")
  }
}

extension WebURL: CustomStringConvertible {
  /// Without the query, which may hold a key.
  package var description: String {
    let parts = pathAndQuery.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    return origin + (parts.first ?? "") + (parts.count > 1 ? "?…" : "")
  }
}
