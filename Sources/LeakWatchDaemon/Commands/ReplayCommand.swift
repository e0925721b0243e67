internal import Alerting
internal import ArgumentParser
internal import Engine
internal import Formats
internal import LinuxSystem
internal import TimeSeries
internal import WatchConfiguration

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Run recorded traces through the same engine as `run`, on the traces' own clock.",
    discussion: """
      A trace is CSV, plain or .gz, with a header: t_seconds and one memory column (mem_current, \
      mem_anon, …) must be there. The service's name is the file's name. Exit status: 0 whatever \
      was found, 1 if a trace cannot be read; the others are run all the same.
      """)

  @Option(help: "The rules to apply; the built-in ones where it is left out.")
  var config: String?

  @Option(help: "Seconds between two evaluations; [rules] evaluation_interval where left out.")
  var every: Double?

  @Flag(help: "Print JSON lines: each change of an alert, and a summary of each trace.")
  var jsonl = false

  @Flag(help: "With --jsonl: print a line for each evaluation, with every window behind it.")
  var verdicts = false

  @Flag(help: "Go through the diagnostic checklist for each trace, as it stands at its end.")
  var explain = false

  @Argument(help: "Trace files.")
  var traces: [String]

  func validate() throws {
    if let every, !(every >= 0.001 && every.isFinite) {
      throw ValidationError("--every takes a positive number of seconds")
    }
  }

  func run() throws {
    let configuration = try checkedConfiguration()
    let interval = every.map(TimeSpan.seconds) ?? configuration.rules.evaluationInterval
    let settings = EngineSettings(configuration, host: "replay")
    var table = ReplayTable()
    var hasFailed = false
    for path in traces {
      do {
        let trace = try RecordedTrace(path: path)
        for fault in trace.faults { StandardError.write("\(fault)\n") }
        var replay = TraceReplay(
          service: trace.service, settings: settings, evaluatingEvery: interval)
        if verdicts {
          replay.onVerdict = { verdict, moment in
            StandardOutput.write(
              VerdictLine.line(verdict, service: trace.service, at: moment).text + "\n")
          }
        }
        replay.run(trace.rows) { change in
          if jsonl { StandardOutput.write(ReplayLines.transition(change).text + "\n") }
        }
        if explain, let end = trace.rows.last?.timestamp,
          let diagnosis = replay.diagnosis(at: end)
        {
          StandardOutput.write(
            jsonl
              ? DiagnosisText.line(diagnosis, at: end).text + "\n" : DiagnosisText.text(diagnosis))
        }
        if jsonl {
          StandardOutput.write(ReplayLines.summary(replay.summary).text + "\n")
        } else {
          table.add(replay.summary)
        }
      } catch {
        StandardError.write("error: \(error)\n")
        hasFailed = true
      }
    }
    if !jsonl, !explain { StandardOutput.write(table.text) }
    if hasFailed { throw ExitCode(1) }
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
