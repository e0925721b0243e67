internal import ArgumentParser

/// What `scripts/bench` runs of LeakWatch beside its peers. Every command prints JSON lines; the
/// harness does the comparing.
@main
struct LeakWatchBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "leakwatch-bench",
    abstract: "LeakWatch's own side of the measurements that scripts/bench takes.",
    subcommands: [
      DeliverAlerts.self, HoldHistory.self, JudgeServices.self, LiveDays.self, ParseBodies.self,
      SweepCgroups.self,
      WriteHistory.self,
    ])
}
