import Foundation
import TestSupport

/// What the built command printed, and how it ended.
struct CommandOutcome: Equatable {
  var status: Int32
  var output: String
  var errors: String

  /// Runs `leakwatch` to its end; neither of its outputs is a terminal.
  init(of arguments: [String], folder: TemporaryFolder) throws {
    let output = folder.url.appendingPathComponent("output")
    let errors = folder.url.appendingPathComponent("errors")
    try Data().write(to: output)
    try Data().write(to: errors)
    let process = Process()
    process.executableURL = DaemonRig.binary
    process.arguments = arguments
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    while process.isRunning { Thread.sleep(forTimeInterval: 0.01) }
    status = process.terminationStatus
    self.output = try String(contentsOf: output, encoding: .utf8)
    self.errors = try String(contentsOf: errors, encoding: .utf8)
  }
}
