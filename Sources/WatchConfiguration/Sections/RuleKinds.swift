package import Alerting
package import TimeSeries

extension Configuration {
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

  /// `[rules.max_uptime]`: the service has not restarted for longer than this. Checked, but not
  /// yet evaluated by this version.
  package struct MaxUptime: Sendable, Equatable {
    package var isEnabled = false
    package var maxUptime = TimeSpan.days(7)
    package var severity = Severity.ticket

    package init() {}
  }
}
