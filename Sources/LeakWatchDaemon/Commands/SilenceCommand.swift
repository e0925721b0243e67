internal import Alerting
internal import ArgumentParser
internal import LinuxSystem
internal import TimeSeries
internal import WatchConfiguration

struct SilenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "silence",
    abstract: "For a while nobody is told of a service's alerts; the journal records them.",
    discussion: """
      A silence ends by itself, and outlives restarts of the daemon. What fires still at its end is \
      told then. Only root and LeakWatch's own user may begin and end one; everybody may list them.

        leakwatch silence api --for 24h --why "leak known, fix in 2.3"
        leakwatch silence "api-*" --alert memory_growth --for 2h --why "load test"
        leakwatch silence --list
        leakwatch silence --end 3

      Exit status: 0 done, 1 no daemon answers or it refuses.
      """)

  @OptionGroup var options: StatusOptions

  @Argument(help: "The service, or a pattern with * and ?.")
  var service: String?

  @Option(
    name: .customLong("for"), help: "For how long: \"30m\", \"24h\", \"7d\".",
    transform: SilenceCommand.span)
  var span: TimeSpan?

  @Option(help: "Why, for whoever finds the silence.")
  var why: String?

  @Option(help: "Only this rule's alerts.")
  var alert: AlertKind?

  @Flag(help: "List the silences.")
  var list = false

  @Option(help: ArgumentHelp("End a silence before its time.", valueName: "id"))
  var end: Int64?

  func validate() throws {
    let isBegin = service != nil
    guard [isBegin, list, end != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("name a service to silence, or use --list, or --end ID")
    }
    guard isBegin else {
      if span != nil || why != nil || alert != nil {
        throw ValidationError("--for, --why and --alert belong to a service to silence")
      }
      return
    }
    guard span != nil else { throw ValidationError("say for how long: --for 24h") }
    if let problem = wish?.problem { throw ValidationError(problem) }
  }

  func run() throws {
    let request: SilenceRequest =
      if let wish {
        .begin(wish, options.form)
      } else if let end {
        .end(end, options.form)
      } else {
        .list(options.form)
      }
    StandardOutput.write(try options.ask(line: request.line))
  }

  private var wish: SilenceRequest.Wish? {
    guard let service, let span else { return nil }
    return SilenceRequest.Wish(
      services: ServicePattern(service), kind: alert, span: span, reason: why ?? "")
  }

  private static func span(_ text: String) throws -> TimeSpan {
    do {
      return try DurationGrammar.parse(text)
    } catch {
      throw ValidationError(error.message)
    }
  }
}

extension AlertKind: ExpressibleByArgument {}
