internal import Alerting
internal import ArgumentParser
internal import Delivery
internal import LinuxSystem
internal import WatchConfiguration

struct NotifyTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notify-test",
    abstract: "Send a sample alert to a sink, and its end, or print what would be sent.",
    discussion: """
      Sends it once, past the queue of a running daemon. With --print nothing is sent and no secret \
      is read. Exit status: 0 delivered (or printed), 1 not.
      """)

  @Option(help: "The configuration that has the sink.")
  var config = ConfigurationFile.standardPath

  @Flag(name: .customLong("print"), help: "Print the bodies instead of sending them.")
  var printsOnly = false

  @Argument(help: "The name of the sink.")
  var sink: String

  func run() throws {
    let (configuration, sinks) = try members()
    let alerts = SampleAlerts.all(
      host: Daemon.hostName(configuration), links: AlertLinks(configuration.status))
    if printsOnly {
      for member in sinks.prefix(1) {
        for alert in told(alerts, to: member) {
          StandardOutput.write(String(decoding: member.printable(alert), as: UTF8.self) + "\n")
        }
      }
      return
    }
    var isDelivered = true
    for member in sinks {
      for alert in told(alerts, to: member) {
        let outcome = try SampleDelivery(configuration).send(alert, to: member)
        StandardOutput.write("\(member.name): \(alert.status.rawValue): \(outcome.text)\n")
        isDelivered = isDelivered && outcome.isDelivered
        if !outcome.isDelivered { break }
      }
    }
    if !isDelivered { throw ExitCode(1) }
  }

  /// An Alertmanager would not tell anybody of what ends within its `group_wait`: there the alert ends
  /// by itself, as nobody repeats it.
  private func told(_ alerts: [Alert], to sink: any NotificationSink) -> [Alert] {
    alerts.filter { $0.status == .firing || (sink.repetition == nil && sink.route.sendsResolved) }
  }

  /// The sink of that name, each member of its own, or exit status 1 with what is wrong.
  private func members() throws(ExitCode) -> (Configuration, [any NotificationSink]) {
    let outcome: ConfigurationOutcome
    do {
      outcome = try ConfigurationFile(path: config).load()
    } catch {
      StandardError.write("error: \(error)\n")
      throw ExitCode(1)
    }
    for diagnostic in outcome.diagnostics where outcome.configuration == nil {
      StandardError.write("\(diagnostic)\n")
    }
    guard var configuration = outcome.configuration else { throw ExitCode(1) }
    let names = configuration.sinks.map(\.name)
    guard names.contains(sink) else {
      let known = names.isEmpty ? "it has none" : "it has " + names.joined(separator: ", ")
      StandardError.write("error: \(config) has no sink \"\(sink)\"; \(known)\n")
      throw ExitCode(1)
    }
    configuration.sinks.removeAll { $0.name != sink }
    return (configuration, SinkFactory.sinks(configuration))
  }
}
