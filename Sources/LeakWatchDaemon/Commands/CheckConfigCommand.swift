internal import ArgumentParser
internal import LinuxSystem
internal import TimeSeries
internal import WatchConfiguration

struct CheckConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-config",
    abstract: "Check a configuration: every mistake at once, with file, line and column.",
    discussion: """
      Prints what would be watched if the file is valid. Exit status: 0 valid, 1 invalid, \
      3 valid with warnings.
      """)

  @Argument(help: "The file to check.")
  var file = ConfigurationFile.standardPath

  func run() throws {
    let outcome: ConfigurationOutcome
    do {
      outcome = try ConfigurationFile(path: file).load()
    } catch {
      StandardError.write("error: \(error)\n")
      throw ExitCode(1)
    }
    for diagnostic in outcome.diagnostics { StandardError.write("\(diagnostic)\n") }
    guard let configuration = outcome.configuration else {
      let count = outcome.diagnostics.count { $0.severity == .error }
      StandardError.write("\(file): invalid: \(counted(count, .error))\n")
      throw ExitCode(1)
    }
    let shape = WindowShape(configuration.windows)
    for line in configuration.summary(bytesPerSeries: shape.bytesPerSeries) {
      StandardOutput.write(line + "\n")
    }
    let listed = ListedTargets(configuration)
    for line in listed.lines { StandardOutput.write(line + "\n") }
    for warning in listed.warnings { StandardError.write("warning: \(warning)\n") }
    guard outcome.diagnostics.isEmpty, listed.warnings.isEmpty else {
      let count = outcome.diagnostics.count + listed.warnings.count
      StandardOutput.write("\(file): valid, \(counted(count, .warning))\n")
      throw ExitCode(3)
    }
    StandardOutput.write("\(file): valid\n")
  }

  private func counted(_ count: Int, _ severity: ConfigurationDiagnostic.Severity) -> String {
    "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
  }
}
