internal import Alerting
internal import ArgumentParser
internal import Engine
internal import LinuxSystem
internal import Scrapers
internal import Signals
internal import TimeSeries
internal import WatchConfiguration

struct BacktestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Run a Prometheus server's history through the same engine as `run`.",
    discussion: """
      Says what would have fired, when, and how long before the OOM kill or the restart. The server \
      may also be Mimir, Thanos or VictoriaMetrics. Passwords, tokens, headers, TLS and several \
      signals come from a configuration with a [[prometheus]] table.

        leakwatch backtest --prometheus http://127.0.0.1:9090 --since 30d \\
          --query 'container_memory_working_set_bytes{service!=""}'
        leakwatch backtest --config my.toml --since 90d --html report.html

      Exit status: 0 whatever was found, 1 if the history or a part of it cannot be read.
      """)

  @Option(help: "The server's address; of several [[prometheus]] tables the one to take.")
  var prometheus: String?

  @Option(help: "PromQL that gives the memory of each service, in bytes.")
  var query: String?

  @Option(
    name: .customLong("signals"),
    help: "A ready-made signal set (kubernetes, go, …); may be given several times.")
  var signalSets: [String] = []

  @Option(help: "From when: 30d, a date such as 2026-11-22T10:00:00Z, or Unix seconds.")
  var since = "30d"

  @Option(help: "Until when, likewise; now less the lag where it is left out.")
  var until: String?

  @Option(help: "Between two moments that are looked at, such as 60s or 5m.")
  var step: String?

  @Option(help: "The label that carries the service's name.")
  var serviceLabel: String?

  @Option(help: "A configuration with a [[prometheus]] table, and the rules to apply.")
  var config: String?

  @Option(help: "Seconds between two evaluations; [rules] evaluation_interval where left out.")
  var every: Double?

  @Option(help: "Services to work on at once; as many as there are processors where left out.")
  var jobs: Int?

  @Option(help: "Services in one pass over the time; more passes need less memory.")
  var batch = 1000

  @Flag(help: "Print JSON lines: each change of an alert, and a summary of each service.")
  var jsonl = false

  @Option(help: "Also write a page with a picture of each service to this file.")
  var html: String?

  func validate() throws {
    if let every, !(every >= 0.001 && every.isFinite) {
      throw ValidationError("--every takes a positive number of seconds")
    }
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to 1024")
    }
    if batch < 1 { throw ValidationError("--batch takes a number from 1 on") }
    for name in signalSets where Configuration.SignalSetName(rawValue: name) == nil {
      let known = Configuration.SignalSetName.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--signals \(name): there is no such set; there is \(known)")
    }
    if prometheus == nil, config == nil {
      throw ValidationError("name a server: --prometheus URL, or --config FILE with [[prometheus]]")
    }
  }

  func run() throws {
    let plan: BacktestPlan
    do {
      plan = try BacktestPlan(self, now: SystemClock.wallTime())
    } catch {
      StandardError.write("error: \(error)\n")
      throw ExitCode(1)
    }
    let end: BacktestRun.End
    do {
      end = try BacktestRun(plan).run()
    } catch {
      StandardError.write("error: \(error)\n")
      throw ExitCode(1)
    }
    switch end {
    case .interrupted(let signal): throw ExitCode(128 + signal.rawValue)
    case .unread: throw ExitCode(1)
    case .failed(let problem):
      StandardError.write("error: \(plan.endpoint.displayURL): \(problem)".printable + "\n")
      throw ExitCode(1)
    case .done(let result): try finish(result, plan)
    }
  }

  private func finish(_ result: BacktestResult, _ plan: BacktestPlan) throws {
    if let html {
      let page = BacktestPage(result, server: plan.endpoint.displayURL).text
      do {
        try WholeFile.replace(html, with: Array(page.utf8))
      } catch {
        StandardError.write("error: \(error)\n")
        throw ExitCode(1)
      }
    }
    if !jsonl {
      let width = Terminal.columns(.output) ?? ReplayTable.standardWidth
      StandardOutput.write(
        BacktestTable(result).text(
          width: max(width, ReplayTable.leastWidth), inColour: Terminal.takesColour(.output)))
    }
    if result.records.isEmpty {
      StandardError.write(
        "error: the queries found no service in this time; do they give series?\n")
      throw ExitCode(1)
    }
    guard result.gapCount > 0 else { return }
    StandardError.write(
      "warning: \(result.gapCount) stretches could not be read: what fired in them is not known\n")
    throw ExitCode(1)
  }
}
