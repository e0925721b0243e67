internal import Alerting
internal import ArgumentParser
internal import Engine
internal import LinuxSystem
internal import TimeSeries
internal import WatchConfiguration

struct ReplayCommand: ParsableCommand {
  /// Outcomes that may wait for their turn, for each thread: lines are few, verdicts are many.
  private static let waitingOutcomes = (brief: 16, withVerdicts: 2)

  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Run recorded traces through the same engine as `run`, on the traces' own clock.",
    discussion: """
      A trace is CSV, plain or .gz, with a header: t_seconds and one memory column (mem_current, \
      mem_anon, …) must be there. The service's name is the file's name. A folder stands for its \
      *.csv and *.csv.gz, sorted, without its subfolders; tables in it that are no traces are \
      passed over. Results come in the order of the arguments, however many run at once. Exit \
      status: 0 whatever was found, 1 if a trace cannot be read; the others are run all the same.
      """)

  @Option(help: "The rules to apply; the built-in ones where it is left out.")
  var config: String?

  @Option(help: "Seconds between two evaluations; [rules] evaluation_interval where left out.")
  var every: Double?

  @Option(help: "Traces to run at once; as many as there are processors where it is left out.")
  var jobs: Int?

  @Flag(help: "Print JSON lines: each change of an alert, and a summary of each trace.")
  var jsonl = false

  @Flag(help: "With --jsonl: print a line for each evaluation, with every window behind it.")
  var verdicts = false

  @Flag(help: "Go through the diagnostic checklist for each trace, as it stands at its end.")
  var explain = false

  @Argument(help: "Trace files, and folders of them.")
  var traces: [String]

  func validate() throws {
    if let every, !(every >= 0.001 && every.isFinite) {
      throw ValidationError("--every takes a positive number of seconds")
    }
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to 1024")
    }
  }

  func run() throws {
    let configuration = try checkedConfiguration()
    let job = TraceJob(
      settings: EngineSettings(configuration, host: "replay"),
      interval: every.map(TimeSpan.seconds) ?? configuration.rules.evaluationInterval,
      printsChanges: jsonl, printsVerdicts: verdicts,
      explains: explain)
    let printer = ReplayPrinter(isTable: !jsonl && !explain)
    let arguments = traces.flatMap { argument in
      do {
        return try TraceArgument.expand(argument)
      } catch {
        printer.fail("\(error)")
        return []
      }
    }
    let end: ReplayRun.End
    do {
      end = try replay(arguments, job, printer)
    } catch {
      StandardError.write("error: \(error)\n")
      throw ExitCode(1)
    }
    switch end {
    // As a shell says of a command that a signal has ended.
    case .interrupted(let signal): throw ExitCode(128 + signal.rawValue)
    case .unread: throw ExitCode(1)
    case .done: printer.finish()
    }
    if printer.hasFailed { throw ExitCode(1) }
  }

  private func replay(
    _ arguments: [TraceArgument], _ job: TraceJob, _ printer: ReplayPrinter
  ) throws(SystemError) -> ReplayRun.End {
    let threads = jobs ?? Processors.available
    let ahead = verdicts ? Self.waitingOutcomes.withVerdicts : Self.waitingOutcomes.brief
    return try ReplayRun(
      arguments, job: job, threads: threads, ahead: threads * ahead, take: printer.take
    ).run()
  }

  private func checkedConfiguration() throws -> Configuration {
    let outcome: ConfigurationOutcome
    do {
      outcome = try ConfigurationFile(path: config).load()
    } catch {
      StandardError.write("error: the configuration cannot be read: \(error)\n")
      throw ExitCode(1)
    }
    for diagnostic in outcome.diagnostics { StandardError.write("\(diagnostic)\n") }
    guard let configuration = outcome.configuration else { throw ExitCode(1) }
    return configuration
  }
}
