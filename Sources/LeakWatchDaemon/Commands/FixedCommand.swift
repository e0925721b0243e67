internal import ArgumentParser
internal import LinuxSystem

struct FixedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fixed",
    abstract: "Says that a leak is fixed; LeakWatch watches whether it is.",
    discussion: """
      For a service whose memory_growth alert fires, where LeakWatch cannot see by itself that \
      another build runs. Growth is held against the leak's, at equal age and load: from the last \
      restart on, or from now on where there was none since the alert fires. The alert goes on until \
      the verdict. Only root and LeakWatch's own user may say so.

        leakwatch fixed api --why "cache bounded, 2.3"

      Exit status: 0 done, 1 no daemon answers, it refuses, or the service does not leak.
      """)

  @OptionGroup var options: StatusOptions

  @Argument(help: "The service, or the name that its replicas share.")
  var service: String

  @Option(help: "What was done, for whoever reads the history.")
  var why = ""

  func validate() throws {
    if let problem = request.problem { throw ValidationError(problem) }
  }

  func run() throws {
    StandardOutput.write(try options.ask(line: request.line))
  }

  private var request: FixRequest { FixRequest(service: service, why: why, form: options.form) }
}
