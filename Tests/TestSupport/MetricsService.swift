internal import Foundation

/// Services of `Tests/Services` that serve metrics as the usual client library of their language
/// does. Each answers `/metrics` and, but for Python's, `/work?garbage=KIB&keep=KIB`.
package enum MetricsService {
  /// - Parameter library: "micrometer", "client_java" or "opentelemetry".
  package static func java(_ library: String) throws -> TestService {
    let java = try Program("java", package: "openjdk-17-jdk-headless")
    return try TestService([
      java.url.path, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m",
      TestService.path("MetricsService.java"), library,
    ])
  }

  package static func node() throws -> TestService {
    let node = try Program("node", package: "nodejs")
    return try TestService([node.url.path, TestService.path("metrics_service.js")])
  }

  package static func python() throws -> TestService {
    try TestService.python("metrics_service.py", ["\(freeLoopbackPort())"])
  }

  /// Whether this machine can build the Go service.
  package static var hasGo: Bool {
    (try? Program("go", package: "golang-go")) != nil
      && FileManager.default.fileExists(
        atPath: "/usr/share/gocode/src/github.com/prometheus/client_golang")
  }

  /// Built from Debian's own packages, without a network.
  package static func go(in folder: TemporaryFolder) throws -> TestService {
    let program = folder.url.appendingPathComponent("metrics-service")
    let environment = try Program("env", package: "coreutils")
    let source = TestService.directory.appendingPathComponent("metrics-service-go/main.go")
    try environment.run([
      "GO111MODULE=off", "GOPATH=/usr/share/gocode", "GOFLAGS=", "CGO_ENABLED=0", "go", "build",
      "-o", program.path, source.path,
    ])
    return try TestService([program.path])
  }
}
