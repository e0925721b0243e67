package import TimeSeries

extension Configuration {
  /// `[rules]`: what raises an alert.
  package struct Rules: Sendable, Equatable {
    package var evaluationInterval = TimeSpan.seconds(60)
    package var memoryGrowth = MemoryGrowth()
    package var growthRule = GrowthRule()
    package var gcPause = GCPause()
    package var oomImminent = OOMImminent()
    package var oomKill = OOMKill()
    package var maxUptime = MaxUptime()
    package var sinkFailing = SinkFailing()
    package var targetDown = TargetDown()
    package var configRejected = ConfigRejected()
    package var stateDegraded = StateDegraded()

    package init() {}
  }
}

extension Configuration.Rules: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .value(
        "evaluation_interval", \.evaluationInterval, .duration(in: Intervals.allowed),
        "how often the rules are evaluated"),
      .table(
        "memory_growth", \.memoryGrowth, header: "[rules.memory_growth]",
        "the verdict: memory grows, and nothing ordinary explains it"),
      .table(
        "growth_rule", \.growthRule, header: "[rules.growth_rule]",
        "the plain trend: PromQL's `deriv(memory[window]) > threshold`"),
      .table(
        "gc_pause", \.gcPause, header: "[rules.gc_pause]",
        "time lost in garbage collection: PromQL's `sum(rate(pauses[window])) > threshold`"),
      .table(
        "oom_imminent", \.oomImminent, header: "[rules.oom_imminent]",
        "at the present rate the memory limit is reached soon"),
      .table(
        "oom_kill", \.oomKill, header: "[rules.oom_kill]",
        "the kernel killed a process of the service for want of memory"),
      .table(
        "max_uptime", \.maxUptime, header: "[rules.max_uptime]",
        "the service has not restarted for long, and what a restart would bring"),
      .table(
        "sink_failing", \.sinkFailing, header: "[rules.sink_failing]",
        "LeakWatch itself: alerts wait for a sink that takes none"),
      .table(
        "target_down", \.targetDown, header: "[rules.target_down]",
        "LeakWatch itself: an exporter, a cgroup or a Prometheus server does not answer"),
      .table(
        "config_rejected", \.configRejected, header: "[rules.config_rejected]",
        "LeakWatch itself: a changed configuration was refused at a reload"),
      .table(
        "state_degraded", \.stateDegraded, header: "[rules.state_degraded]",
        "LeakWatch itself: its state cannot be written, and a restart would lose what waits"),
    ]
  }
}
