internal import ArgumentParser
internal import LinuxSystem
internal import WatchConfiguration

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Watch the services of this host, in the foreground.",
    discussion: """
      Without a file: every service and container of this host, alerts to the journal (to standard \
      error when started by hand). SIGHUP reads the configuration again, SIGTERM ends it. Exit \
      status: 0 after SIGTERM or SIGINT, 1 when it cannot start, 2 for a wrong configuration.
      """)

  @Option(help: "The configuration to use.")
  var config: String?

  func run() throws {
    MemoryAllocator.keepLargeBlocksApart()
    let file = ConfigurationFile(path: config)
    let configuration = try checked(file)
    do {
      try Daemon(file: file, configuration: configuration).run()
    } catch {
      StandardError.write("error: \(error)\n")
      throw ExitCode(1)
    }
  }

  /// The configuration, or exit status 2 with everything that is wrong with it said.
  private func checked(_ file: ConfigurationFile) throws(ExitCode) -> Configuration {
    let outcome: ConfigurationOutcome
    do {
      outcome = try file.load()
    } catch {
      StandardError.write("error: the configuration cannot be read: \(error)\n")
      throw ExitCode(2)
    }
    for diagnostic in outcome.diagnostics { StandardError.write("\(diagnostic)\n") }
    guard let configuration = outcome.configuration else { throw ExitCode(2) }
    return configuration
  }
}
