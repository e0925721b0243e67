internal import Foundation

/// Services that leak on demand and whose heap profiles are served at a port of their own.
package struct LeakyScript {
  package private(set) var service: TestService
  /// The key `profile` of its exporter.
  package let profile: String

  /// Where the heap profiles are.
  private let profilePort: UInt16
  private let start: (_ port: UInt16, _ profilePort: UInt16) throws -> TestService

  private init(
    scheme: String, start: @escaping (_ port: UInt16, _ profilePort: UInt16) throws -> TestService
  ) throws {
    self.start = start
    profilePort = freeLoopbackPort()
    profile = "\(scheme)://127.0.0.1:\(profilePort)"
    service = try start(freeLoopbackPort(), profilePort)
  }

  /// Debian's Python with `leakwatch_heap`, `Tests/Services/leaky_python.py`.
  package static func python() throws -> LeakyScript {
    try LeakyScript(scheme: "tracemalloc") { port, profilePort in
      try TestService.python("leaky_python.py", ["\(profilePort)", "\(port)"])
    }
  }

  /// Node under its inspector, `Tests/Services/leaky_node.js`.
  package static func node() throws -> LeakyScript {
    let node = try Program("node", package: "nodejs")
    return try LeakyScript(scheme: "inspector") { port, profilePort in
      try TestService([
        node.url.path, "--inspect=127.0.0.1:\(profilePort)", TestService.path("leaky_node.js"),
        "\(port)",
      ])
    }
  }

  /// Another process at the same ports.
  package mutating func restart() throws {
    service.stop()
    // Start times that differ by less than two seconds are one.
    Thread.sleep(forTimeInterval: 2.5)
    service = try start(UInt16(service.port), profilePort)
  }
}
