/// What a path names.
enum WebRoute: Hashable, Sendable {
  case index
  case service(String)
  case metrics
  case alive
  case ready
  case services
  case serviceData(String)
  case description

  /// nil where nothing is there.
  init?(path: String) {
    switch path {
    case "/": self = .index
    case "/metrics": self = .metrics
    case "/healthz": self = .alive
    case "/readyz": self = .ready
    case "/api/v1/services": self = .services
    case "/api/v1/openapi.json": self = .description
    default:
      if let name = Self.segment(of: path, behind: "/services/") {
        self = .service(name)
      } else if let name = Self.segment(of: path, behind: "/api/v1/services/") {
        self = .serviceData(name)
      } else {
        return nil
      }
    }
  }

  /// Whether errors are told as JSON.
  static func isAPI(_ path: String) -> Bool { path.hasPrefix("/api/") }

  private static func segment(of path: String, behind prefix: String) -> String? {
    guard path.hasPrefix(prefix) else { return nil }
    let segment = path.dropFirst(prefix.count)
    guard !segment.isEmpty, !segment.contains("/") else { return nil }
    return PercentText.decode(segment)
  }
}
