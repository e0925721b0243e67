import ArgumentParser

/// The command `leakwatch`.
@main
struct LeakWatch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "leakwatch",
    abstract: "Watches the services of this host from outside and says which one leaks memory.",
    version: "0.1.0")
}
