internal import ArgumentParser
internal import LinuxSystem
internal import WatchConfiguration

struct RestartPolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart-policy",
    abstract: "What is due for a restart by policy, when and why, and what holds it back.",
    discussion: """
      The daemon has no rights of its own: systemd asks polkit whether it may restart a unit. \
      --print-polkit prints the rule that allows it for exactly the units of the configuration:

        leakwatch restart-policy --print-polkit > /etc/polkit-1/rules.d/50-leakwatch.rules

      Exit status: 0 answered, 1 no daemon answers, 2 the configuration is wrong or has no policy \
      that restarts by systemd.
      """)

  @OptionGroup var options: StatusOptions

  @Flag(help: "Print a polkit rule for the units of the configuration.")
  var printPolkit = false

  @Option(help: "With --print-polkit: the configuration (default: /etc/leakwatch/config.toml).")
  var config: String?

  @Option(help: "With --print-polkit: the user that the daemon runs as.")
  var user = "leakwatch"

  func validate() throws {
    if !printPolkit, config != nil { throw ValidationError("--config belongs to --print-polkit") }
    let isSound = user.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || "_-.".utf8.contains(byte)
    }
    if !isSound || user.isEmpty { throw ValidationError("\"\(user)\" is no name of a user") }
  }

  func run() throws {
    guard printPolkit else {
      StandardOutput.write(try options.ask(line: RestartQuestion.line(options.form)))
      return
    }
    let path = config ?? ConfigurationFile.standardPath
    do {
      let outcome = try ConfigurationFile(path: path).load()
      for diagnostic in outcome.diagnostics { StandardError.write("\(diagnostic)\n") }
      guard let configuration = outcome.configuration else { throw ExitCode(2) }
      let rule = PolkitRule(configuration, user: user)
      guard !rule.expressions.isEmpty else {
        StandardError.write("error: \(path) has no [[restart_policy]] that restarts by systemd\n")
        throw ExitCode(2)
      }
      StandardOutput.write(rule.text)
    } catch let error as SystemError {
      StandardError.write("error: \(error)\n")
      throw ExitCode(2)
    }
  }
}
