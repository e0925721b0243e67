internal import Foundation

/// Services that leak on demand and whose heap profiles are served at a port of their own.
package struct LeakyScript {
  package let service: TestService
  /// The key `profile` of its exporter.
  package let profile: String

  /// Debian's Python with `leakwatch_heap`, `Tests/Services/leaky_python.py`.
  package static func python() throws -> LeakyScript {
    let port = freeLoopbackPort()
    return LeakyScript(
      service: try TestService.python("leaky_python.py", ["\(port)"]),
      profile: "tracemalloc://127.0.0.1:\(port)")
  }

  /// Node under its inspector, `Tests/Services/leaky_node.js`.
  package static func node() throws -> LeakyScript {
    let port = freeLoopbackPort()
    let node = try Program("node", package: "nodejs")
    return LeakyScript(
      service: try TestService([
        node.url.path, "--inspect=127.0.0.1:\(port)", TestService.path("leaky_node.js"),
      ]), profile: "inspector://127.0.0.1:\(port)")
  }
}
