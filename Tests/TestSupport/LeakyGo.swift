internal import Foundation

/// The Go service that leaks on demand, `Tests/Services/leaky-go`.
package enum LeakyGo {
  /// Built once beside the tests, from Go's standard library alone.
  private static let program = Result {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("leaky-go").path
    let environment = try Program("env", package: "coreutils")
    _ = try Program("go", package: "golang-go")
    try environment.run([
      "GO111MODULE=off", "GOFLAGS=", "CGO_ENABLED=0", "go", "build", "-o", program,
      TestService.path("leaky-go/main.go"),
    ])
    return program
  }

  /// - Parameter port: nil for any that is free.
  package static func start(port: UInt16? = nil) throws -> TestService {
    try TestService([try program.get()] + (port.map { ["\($0)"] } ?? []))
  }
}
