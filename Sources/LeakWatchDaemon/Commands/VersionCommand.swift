internal import ArgumentParser
internal import LinuxSystem

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the version.")

  func run() {
    StandardOutput.write("leakwatch \(LeakWatch.version)\n")
  }
}
