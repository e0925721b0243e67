import Foundation
import TestSupport
import Testing

/// What the commands print, and their exit status.
@Suite struct CommandTests {
  private func run(_ arguments: [String], folder: TemporaryFolder) throws -> CommandOutcome {
    try CommandOutcome(of: arguments, folder: folder)
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
    let file = try write("[status]\nhosts = [\"leakwatch.example.com\"]\n", "warn.toml", in: folder)
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
