internal import Foundation

/// The Go service that leaks on demand, `Tests/Services/leaky-go`.
package enum LeakyGo {
  /// Built once beside the tests, from Go's standard library alone.
  private static let program = Result { try built(name: "leaky-go", flags: []) }

  private static func built(name: String, flags: [String]) throws -> String {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent(name).path
    let environment = try Program("env", package: "coreutils")
    _ = try Program("go", package: "golang-go")
    try environment.run(
      ["GO111MODULE=off", "GOFLAGS=", "CGO_ENABLED=0", "go", "build", "-o", program] + flags
        + [TestService.path("leaky-go/main.go")])
    return program
  }

  /// One whose profiles tell its build, which Go's own linker notes only where it is told to.
  ///
  /// - Parameter build: hexadecimal, an even number of digits.
  package static func start(build: String) throws -> TestService {
    try TestService([try built(name: "leaky-go-\(build)", flags: ["-ldflags=-B 0x\(build)"])])
  }

  /// - Parameter port: nil for any that is free.
  package static func start(port: UInt16? = nil) throws -> TestService {
    try TestService([try program.get()] + (port.map { ["\($0)"] } ?? []))
  }
}
