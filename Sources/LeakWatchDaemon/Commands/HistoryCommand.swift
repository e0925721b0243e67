internal import ArgumentParser
internal import LinuxSystem
internal import TimeSeries

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Alerts that have fired, of one service or of all, the newest first.",
    discussion: """
      Each with how long it fired, its verdict at its worst, the fastest growth, the restarts and OOM \
      kills within it, and why it ended. It goes back over restarts of the daemon, 400 days at most.

        leakwatch history --since 7d
        leakwatch history api --json

      Exit status: 0 answered, 1 no daemon answers or no such service.
      """)

  @OptionGroup var options: StatusOptions

  @Argument(help: "The service; a part of its name is enough where no other has it.")
  var service: String?

  @Option(
    help: "How far back: \"30d\", \"12h\", or a date such as 2026-11-22.",
    transform: HistoryCommand.checked)
  var since = "30d"

  func run() throws {
    let since = try PastMoment.parse(since, before: SystemClock.wallTime())
    StandardOutput.write(
      try options.ask(.history(service, since: since, options.form)))
  }

  /// A mistake is one of usage, and told as such.
  private static func checked(_ text: String) throws -> String {
    do {
      _ = try PastMoment.parse(text, before: SystemClock.wallTime())
      return text
    } catch {
      throw ValidationError("--since: \(error)")
    }
  }
}
