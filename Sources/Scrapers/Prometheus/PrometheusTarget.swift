internal import LinuxSystem
package import Signals
package import TimeSeries

/// One server that is watched, and what it is asked.
package struct PrometheusTarget: Sendable, Equatable {
  package var endpoint: PrometheusEndpoint
  package var queries: SignalQueryPlan
  package var naming: ServiceNaming
  /// Between two questions, and between two moments of its history.
  package var interval = TimeSpan.seconds(60)
  /// How far behind the present it is asked.
  package var lag = TimeSpan.seconds(60)
  /// How much of its history is read at first, and at most after an outage.
  package var backfill = TimeSpan.days(7)

  package init(
    endpoint: PrometheusEndpoint, queries: SignalQueryPlan, naming: ServiceNaming
  ) {
    self.endpoint = endpoint
    self.queries = queries
    self.naming = naming
  }

  /// Which source of its services this is; holds no secret.
  package var source: ScrapeSource { .prometheus(endpoint.displayURL) }

  /// Tells targets apart for their place in the interval.
  var identity: String {
    let tenant = endpoint.headers.map { "\($0.name): \($0.value)" }
    return ([endpoint.url] + tenant).joined(separator: "\n")
  }
}
