package import Alerting
package import TimeSeries

extension Configuration {
  /// `[rules.memory_growth]`: the verdict. Memory grows, and nothing ordinary explains it.
  package struct MemoryGrowth: Sendable, Equatable {
    package var isEnabled = true
    package var holdDuration = TimeSpan.minutes(30)
    package var keepFiringFor = TimeSpan.hours(3)
    /// Memory ends within this, with the confidence of the interval's upper end: a page.
    package var pageWithin = TimeSpan.hours(24)
    package var warnWithin = TimeSpan.days(7)
    /// For how long the fix of a leak is watched; zero for never.
    package var fixWatch = TimeSpan.hours(24)
    /// Growth since the fix as a share of the leak's: surely below is fixed, surely above leaks still.
    package var fixedBelow = 0.2
    package var leakingAbove = 0.75
    /// What each length of window asks for; `decisive` where its evidence is overwhelming,
    /// `unslowed` where fast growth has not slowed at all.
    package var sixHours = WindowDemand(growth: 0.4, evidence: 10, agreement: 0.9)
    package var sixHoursDecisive = WindowDemand(growth: 0.2, evidence: 20, agreement: 0.95)
    package var halfDay = WindowDemand(growth: 0.15, evidence: 6, agreement: 0.9)
    package var halfDayUnslowed = WindowDemand(growth: 0.3, evidence: 3, agreement: 0.9)
    package var day = WindowDemand(growth: 0.035, evidence: 1.75, agreement: 0.55)
    package var dayDecisive = WindowDemand(growth: 0.008, evidence: 25, agreement: 0.8)
    package var dayUnslowed = WindowDemand(growth: 0.2, evidence: 1, agreement: 0.9)
    package var twoDays = WindowDemand(growth: 0.012, evidence: 10, agreement: 0.4)
    package var fourDays = WindowDemand(growth: 0.004, evidence: 6, agreement: 0.6)
    package var twoWeeks = WindowDemand(growth: 0.004, evidence: 6, agreement: 0.4)
    /// Growth as a share of what load and time of day move.
    package var contrast = 0.4
    /// A service with less memory counts as one of this much.
    package var leastMemoryBytes = 16 << 20
    /// Slope of the newest third as a share of the whole slope.
    package var lateShare = 0.5
    /// Lives younger than this are warming up.
    package var warmUp = TimeSpan.hours(24)

    package init() {}
  }

  /// What one length of window asks of growth.
  package struct WindowDemand: Sendable, Equatable {
    /// Growth a day as a share of all memory of the service.
    package var growth: Double
    /// Evidence beside every ordinary explanation, nats.
    package var evidence: Double
    /// Kendall's tau of the lowest values of the window's eighths.
    package var agreement: Double
  }

  /// `[rules.growth_rule]`: PromQL's `deriv(memory[window]) > threshold`.
  package struct GrowthRule: Sendable, Equatable {
    package var isEnabled = false
    package var window = TimeSpan.hours(24)
    package var threshold = ByteRate(bytesPerSecond: 0)
    /// How long the condition must hold before the alert fires.
    package var holdDuration = TimeSpan.hours(1)
    /// How long the alert goes on after the condition was last true.
    package var keepFiringFor = TimeSpan.minutes(15)
    package var severity = Severity.ticket

    package init() {}
  }

  /// `[rules.gc_pause]`: PromQL's `sum(rate(gc_pause_seconds_total[window])) > threshold`.
  package struct GCPause: Sendable, Equatable {
    package var isEnabled = true
    package var window = TimeSpan.hours(1)
    /// Share of time spent in pauses, 0 to 1.
    package var threshold = 0.05
    package var holdDuration = TimeSpan.minutes(5)
    package var keepFiringFor = TimeSpan.minutes(10)
    package var severity = Severity.warning

    package init() {}
  }

  /// `[rules.oom_imminent]`: at the present rate the limit is reached `within` this time.
  package struct OOMImminent: Sendable, Equatable {
    package var isEnabled = true
    package var within = TimeSpan.hours(1)
    package var holdDuration = TimeSpan.minutes(2)
    package var keepFiringFor = TimeSpan.minutes(10)
    package var severity = Severity.page

    package init() {}
  }

  /// `[rules.oom_kill]`: the kernel killed a process of the service for want of memory.
  package struct OOMKill: Sendable, Equatable {
    package var isEnabled = true
    package var keepFiringFor = TimeSpan.hours(1)
    package var severity = Severity.page

    package init() {}
  }

  /// `[rules.sink_failing]`: alerts wait for a sink that takes none.
  package struct SinkFailing: OwnTrouble {
    package var isEnabled = true
    package var holdDuration = TimeSpan.minutes(5)
    package var severity = Severity.warning

    package init() {}
  }

  /// `[rules.target_down]`: something that is watched does not answer.
  package struct TargetDown: OwnTrouble {
    package var isEnabled = true
    package var holdDuration = TimeSpan.minutes(15)
    package var severity = Severity.ticket

    package init() {}
  }

  /// `[rules.config_rejected]`: fires at once, and ends with the next good reload.
  package struct ConfigRejected: Sendable, Equatable {
    package var isEnabled = true
    package var severity = Severity.ticket

    package init() {}
  }

  /// `[rules.state_degraded]`: what must survive a restart cannot be written.
  package struct StateDegraded: OwnTrouble {
    package var isEnabled = true
    package var holdDuration = TimeSpan.zero
    package var severity = Severity.warning

    package init() {}
  }

  /// `[rules.max_uptime]`: the service has not restarted for longer than this.
  package struct MaxUptime: Sendable, Equatable {
    package var isEnabled = false
    package var maxUptime = TimeSpan.days(7)
    /// Where not empty, services that one of these patterns fits.
    package var services: [ServicePattern] = []
    package var severity = Severity.ticket

    package init() {}
  }
}

/// A rule about LeakWatch itself.
package protocol OwnTrouble: Sendable, Equatable {
  var isEnabled: Bool { get set }
  /// How long the trouble must last before the alert fires.
  var holdDuration: TimeSpan { get set }
  var severity: Severity { get set }

  init()
}
