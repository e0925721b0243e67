package import TimeSeries

extension Configuration {
  /// `[[exporter]]`: one address that serves metrics for one service.
  package struct Exporter: Sendable, Equatable {
    package var service: ServiceName
    package var url: WebURL
    package var interval = TimeSpan.seconds(15)
    /// Never longer than the interval.
    package var timeout = TimeSpan.seconds(10)
    /// The service's cgroup, a path below the root without its leading slash; joins the kernel's
    /// and the runtime's view of one service. nil: joined by name alone.
    package var cgroup: String?
    package var headers: [HTTPHeader] = []
    package var bearerTokenFile: String?
    package var basicAuthentication: BasicAuthentication?
    package var tls = TLS()
    package var proxyURL: WebURL?
    /// Of the uncompressed body; over it the scrape fails.
    package var maximumBodyBytes = 16 << 20
    /// Samples that a scrape may keep; over it the scrape fails.
    package var sampleLimit = 50_000
    /// How a body is read whose Content-Type is missing or unknown.
    package var fallbackFormat = FallbackFormat.text
    /// Metrics named by the user, in place of the ones that the recognised runtime would bring.
    package var signals: [Signal: MetricSelector] = [:]

    package init(service: ServiceName, url: WebURL) {
      self.service = service
      self.url = url
    }
  }

  package enum FallbackFormat: String, CaseIterable, Sendable {
    /// Prometheus exposition text 0.0.4.
    case text
    /// OpenMetrics text 1.0.
    case openmetrics
  }
}
