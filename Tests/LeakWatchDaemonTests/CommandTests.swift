import Foundation
import TestSupport
import Testing

/// What the commands print, and their exit status.
@Suite struct CommandTests {
  private struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  private func run(_ arguments: [String], folder: TemporaryFolder) throws -> Outcome {
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
    return Outcome(
      status: process.terminationStatus,
      output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }

  private func write(_ text: String, _ name: String, in folder: TemporaryFolder) throws -> String {
    let url = folder.url.appendingPathComponent(name)
    try Data(text.utf8).write(to: url)
    return url.path
  }

  @Test func checkConfigSaysEveryMistakeWithItsPlace() throws {
    let folder = try TemporaryFolder()
    let file = try write(
      "[cgroups]\nintervall = \"1s\"\nenabled = 3\n", "bad.toml", in: folder)
    let outcome = try run(["check-config", file], folder: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("bad.toml:2:1: error: "))
    #expect(outcome.errors.contains("bad.toml:3:"))
    #expect(outcome.errors.contains("invalid: 2 errors"))
  }

  @Test func checkConfigDescribesAValidFile() throws {
    let folder = try TemporaryFolder()
    let file = try write("[cgroups]\ninterval = \"30s\"\n", "good.toml", in: folder)
    let outcome = try run(["check-config", file], folder: folder)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("every 30 s"))
    #expect(outcome.output.contains("256 MiB in all"))
  }

  @Test func checkConfigTellsWarningsByItsExitStatus() throws {
    let folder = try TemporaryFolder()
    let file = try write("[rules.max_uptime]\nenabled = true\n", "warn.toml", in: folder)
    #expect(try run(["check-config", file], folder: folder).status == 3)
  }

  @Test func runRefusesAWrongConfigurationWithStatusTwo() throws {
    let folder = try TemporaryFolder()
    let file = try write("[cgroup]\n", "bad.toml", in: folder)
    let outcome = try run(["run", "--config", file], folder: folder)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("bad.toml:1:"))
  }

  @Test func runSaysWhatAHostLacksWithStatusOne() throws {
    let folder = try TemporaryFolder()
    let file = try write("[cgroups]\nroot = \"/nowhere\"\n", "config.toml", in: folder)
    let outcome = try run(["run", "--config", file], folder: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("the cgroup root /nowhere does not exist"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test func aMissingFileIsNamedWithStatusTwo() throws {
    let folder = try TemporaryFolder()
    let outcome = try run(["run", "--config", "/nowhere.toml"], folder: folder)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("/nowhere.toml: No such file or directory"))
  }

  @Test func versionAndHelpTeach() throws {
    let folder = try TemporaryFolder()
    #expect(try run(["version"], folder: folder).output.hasPrefix("leakwatch "))
    let help = try run(["--help"], folder: folder)
    #expect(help.status == 0)
    #expect(help.output.contains("leakwatch check-config my.toml"))
  }
}
