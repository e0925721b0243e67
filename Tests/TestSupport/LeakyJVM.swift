internal import Foundation

/// The JVM that leaks on demand, `Tests/Services/LeakyService.java`.
package enum LeakyJVM {
  /// Compiled once beside the tests; whoever a test runs it as must be able to read it.
  private static let classes = Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("leakwatch-test-classes-\(ProcessInfo.processInfo.processIdentifier)")
    let compiler = try Program("javac", package: "default-jdk-headless")
    try compiler.run(["-d", folder.path, TestService.path("LeakyService.java")])
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    atexit { LeakyJVM.removeClasses() }
    return folder
  }

  private static func removeClasses() {
    if let folder = try? classes.get() { try? FileManager.default.removeItem(at: folder) }
  }

  /// - Parameters:
  ///   - before: a command line that ends in becoming what follows it.
  ///   - options: of the JVM.
  package static func arguments(options: [String] = []) throws -> [String] {
    let java = try Program("java", package: "default-jdk-headless")
    return [java.url.path, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"] + options
      + ["-cp", try classes.get().path, "LeakyService"]
  }
}
