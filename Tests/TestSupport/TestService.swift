package import Foundation

/// A real program that a test talks to on 127.0.0.1. It ends with its standard input, and with
/// this object, so it never outlives the test.
package final class TestService {
  package struct Missing: Error, CustomStringConvertible {
    package var description: String
  }

  private let process: Process
  private let input: Pipe
  /// What it announced as "port N" on its first line.
  package let port: Int
  package var processIdentifier: Int32 { process.processIdentifier }

  /// Starts `arguments` (the first is a path) and waits until it announces its port.
  package init(
    _ arguments: [String], directory: URL? = nil, environment: [String: String] = [:]
  ) throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: arguments[0])
    process.arguments = Array(arguments.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = directory
    input = .closedInOthers()
    let output = Pipe.closedInOthers()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let line = Self.firstLine(of: output.fileHandleForReading)
    guard line.hasPrefix("port "), let port = Int(line.dropFirst(5)) else {
      kill(process.processIdentifier, SIGKILL)
      throw Missing(description: "\(arguments.joined(separator: " ")) did not start: \"\(line)\"")
    }
    self.port = port
  }

  deinit { stop() }

  /// Returns when the process is gone. (`waitUntilExit` needs a run loop, which tests lack.)
  package func stop() {
    // A JVM that is killed cannot take its socket away.
    defer { try? FileManager.default.removeItem(atPath: "/tmp/.java_pid\(processIdentifier)") }
    guard isAlive else { return }
    kill(process.processIdentifier, SIGKILL)
    while isAlive { usleep(1000) }
  }

  /// False for a zombie too.
  private var isAlive: Bool {
    let path = "/proc/\(process.processIdentifier)/stat"
    guard let status = try? String(contentsOfFile: path, encoding: .utf8) else { return false }
    return !status.contains(") Z ")
  }

  package func url(_ path: String, scheme: String = "http") -> String {
    "\(scheme)://127.0.0.1:\(port)\(path)"
  }

  private static func firstLine(of handle: FileHandle) -> String {
    var bytes: [UInt8] = []
    while let byte = try? handle.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension TestService {
  /// `Tests/Services`, where the programs lie.
  package static let directory = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Services")

  package static func path(_ file: String) -> String {
    directory.appendingPathComponent(file).path
  }

  /// Debian's own Python, whose packages are Debian's too.
  package static func python(_ script: String, _ arguments: [String] = []) throws -> TestService {
    let python = try program("/usr/bin/python3", package: "python3")
    return try TestService([python, path(script)] + arguments)
  }

  /// The program's path, or an error that names the Debian package to install.
  package static func program(_ path: String, package: String) throws -> String {
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw Missing(description: "\(path) is missing: apt-get install \(package)")
    }
    return path
  }
}
