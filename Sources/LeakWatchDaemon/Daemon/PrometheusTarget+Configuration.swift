internal import Scrapers
internal import Signals
internal import TimeSeries
internal import WatchConfiguration

extension PrometheusTarget {
  init(_ server: Configuration.PrometheusServer) {
    self.init(
      endpoint: PrometheusEndpoint(server),
      queries: SignalQueryPlan(SignalQueryPlan.Wishes(server), step: server.interval),
      naming: ServiceNaming(serviceLabel: server.serviceLabel))
    interval = server.interval
    lag = server.lag
    backfill = server.backfill
  }
}
