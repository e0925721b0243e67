internal import ArgumentParser
internal import LinuxSystem
internal import TimeSeries

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "What the running daemon knows of every service, the most urgent first.",
    discussion: "Exit status: 0 answered, 1 no daemon answers.")

  @OptionGroup var options: StatusOptions

  @Flag(help: "Refresh every two seconds until Ctrl-C.")
  var watch = false

  func run() throws {
    let question = StatusQuestion.status(options.form)
    StandardOutput.write(try options.ask(question))
    while watch {
      SystemClock.sleep(.seconds(2))
      // Clears the screen; what was scrolled out stays.
      guard StandardOutput.write("\u{1B}[H\u{1B}[2J" + (try options.ask(question))) else { return }
    }
  }
}

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "The diagnostic checklist for one service, whether or not it alerts.",
    discussion: "Exit status: 0 answered, 1 no daemon answers or no such service.")

  @OptionGroup var options: StatusOptions

  @Argument(help: "The service; a part of its name is enough where no other has it.")
  var service: String

  func run() throws {
    StandardOutput.write(try options.ask(.explain(service, options.form)))
  }
}
