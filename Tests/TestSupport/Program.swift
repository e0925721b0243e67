package import Foundation

/// A real program from the machine's packages, run by a test.
package struct Program {
  package struct Missing: Error, CustomStringConvertible {
    package var name: String
    package var package: String
    package var description: String {
      "the test needs the program \(name): install the Debian package \(package), or run `make setup`"
    }
  }

  package struct Failed: Error, CustomStringConvertible {
    package var description: String

    package init(description: String) {
      self.description = description
    }
  }

  package let url: URL

  /// Looks along PATH. - Throws: `Missing`, which names the Debian package.
  package init(_ name: String, package debianPackage: String) throws {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    // Servers lie in /usr/sbin, which is not on the PATH of everyone.
    let found = (path + ":/usr/sbin").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let found else { throw Missing(name: name, package: debianPackage) }
    url = URL(fileURLWithPath: found)
  }

  /// Runs to the end. - Returns: standard output. - Throws: `Failed` with what it printed.
  @discardableResult
  package func run(_ arguments: [String]) throws -> Data {
    let process = Process()
    let output = Pipe.closedInOthers()
    let errors = FileManager.default.temporaryDirectory
      .appendingPathComponent("leakwatch-test-\(UUID().uuidString).log")
    try Data().write(to: errors)
    defer { try? FileManager.default.removeItem(at: errors) }
    process.executableURL = url
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let text = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
      throw Failed(
        description: "\(url.lastPathComponent) ended with \(process.terminationStatus): \(text)")
    }
    return data
  }

  /// Starts in the background; the caller ends it by `terminate()` on the result.
  package func start(_ arguments: [String], log: URL) throws -> Process {
    try Data().write(to: log)
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.standardOutput = try FileHandle(forWritingTo: log)
    process.standardError = process.standardOutput
    try process.run()
    return process
  }
}
