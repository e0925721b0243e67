internal import ArgumentParser
internal import LinuxSystem

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
    let file = ConfigurationFile(path: config)
    do {
      let outcome = try file.load()
      guard let configuration = outcome.configuration else {
        for diagnostic in outcome.diagnostics { StandardError.write("\(diagnostic)\n") }
        throw ExitCode(2)
      }
      for diagnostic in outcome.diagnostics { StandardError.write("\(diagnostic)\n") }
      let daemon = try Daemon(file: file, configuration: configuration)
      try daemon.run()
    } catch let error as SystemError where error.subject == config {
      StandardError.write("error: the configuration cannot be read: \(error)\n")
      throw ExitCode(2)
    } catch let exit as ExitCode {
      throw exit
    } catch {
      StandardError.write("error: \(error)\n")
      throw ExitCode(1)
    }
  }
}
