internal import ArgumentParser

/// The command `leakwatch`.
@main
struct LeakWatch: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "leakwatch",
    abstract: "Watches the services of this host from outside and says which one leaks memory.",
    discussion: """
      Reads cgroups and Prometheus exporters on a schedule, keeps rolling windows, and alerts \
      through webhooks and the journal before memory runs out.

      To begin:
        leakwatch run                          watch every service of this host
        leakwatch scrape http://127.0.0.1:8080/metrics
                                               what LeakWatch would read at a target
        leakwatch status                       what the running daemon knows of every service
        leakwatch explain api                  the checklist for one of them
        leakwatch history api                  its alerts of the last 30 days
        leakwatch silence api --for 24h --why "fix in 2.3"
                                               nobody is told of it until then
        leakwatch fixed api --why "fix in 2.3" watch whether its leak is fixed
        leakwatch restart-policy               what is due for a restart, and what holds it back
        leakwatch check-config my.toml         every mistake in a configuration, with its place
        leakwatch replay trace.csv.gz          run recorded memory through the same rules
        leakwatch backtest --prometheus http://127.0.0.1:9090 --signals kubernetes
                                               what the rules would have said of a server's history
        leakwatch diff old.pb.gz new.pb.gz     what grew between two heap profiles
        leakwatch suspects heap.hprof          what holds the memory of a JVM or Node
        leakwatch notify-test pager            send a sample alert to the sink "pager"

      As a service it is configured by /etc/leakwatch/config.toml; `systemctl reload leakwatch` \
      takes a change over, and a mistaken one is refused while the old one goes on.
      """,
    version: version,
    subcommands: [
      RunCommand.self, CheckConfigCommand.self, ScrapeCommand.self, ReplayCommand.self,
      BacktestCommand.self, StatusCommand.self, ExplainCommand.self, HistoryCommand.self,
      SilenceCommand.self, FixedCommand.self, RestartPolicyCommand.self, DiffCommand.self,
      SuspectsCommand.self, NotifyTestCommand.self, HelperCommand.self, VersionCommand.self,
    ])
}
