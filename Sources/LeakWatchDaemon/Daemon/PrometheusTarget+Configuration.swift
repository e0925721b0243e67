internal import Scrapers
internal import Signals
internal import TimeSeries
internal import WatchConfiguration

extension PrometheusTarget {
  init(_ server: Configuration.PrometheusServer) {
    let wishes = SignalQueryPlan.Wishes(server)
    self.init(
      endpoint: PrometheusEndpoint(server),
      queries: SignalQueryPlan(wishes, step: server.interval), naming: ServiceNaming(wishes))
    interval = server.interval
    lag = server.lag
    backfill = server.backfill
  }
}
