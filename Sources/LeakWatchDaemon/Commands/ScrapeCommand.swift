internal import ArgumentParser
internal import Formats
internal import LinuxSystem
internal import Signals
internal import TimeSeries

struct ScrapeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scrape",
    abstract: "Show what LeakWatch sees at a target.",
    discussion: """
      Prints every sample, every parse error with line and column, the runtime that is recognised \
      and the signals that would be kept. Exit status: 0 clean, 1 cannot be read, 3 parse errors.
      """)

  @Argument(help: "An http or https address, a file, or - for standard input.")
  var target: String

  @Flag(help: "Check every rule of OpenMetrics 1.0, whatever the target says it serves.")
  var openmetrics = false

  @Flag(help: "Print JSON lines for programs.")
  var jsonl = false

  func run() throws {
    let body: ScrapedBody
    do {
      body = try ScrapedBody.fetch(target)
    } catch {
      StandardError.write("error: \(error)\n")
      throw ExitCode(1)
    }
    let reading = ScrapeReading(body, isStrict: openmetrics)
    let lines = jsonl ? ScrapeReport.jsonLines(reading) : ScrapeReport.text(reading)
    StandardOutput.write(lines)
    if reading.errorCount > 0 { throw ExitCode(3) }
  }
}
