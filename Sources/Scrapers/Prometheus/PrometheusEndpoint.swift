package import LinuxSystem
package import TimeSeries

/// One server that speaks Prometheus's query API, and how it is spoken to.
package struct PrometheusEndpoint: Sendable, Equatable {
  /// What stands before "/api/v1/…": "http://127.0.0.1:9090", "https://mimir/prometheus".
  package var url: String
  /// Sent with every request: `X-Scope-OrgID` and the like.
  package var headers: [HTTPHeader] = []
  package var credentials: ExporterCredentials?
  package var tls = TLSOptions()
  package var proxyURL: String?
  /// For one request, from its start to the last byte; the server is told it too.
  package var timeout = TimeSpan.seconds(60)
  /// Of one answer, uncompressed.
  package var maximumBodyBytes = 64 << 20
  /// Requests under way at once.
  package var concurrency = 2
  /// Between the starts of two requests at least; holds back-fills to a rate.
  package var leastSpacing = TimeSpan.zero

  package init(url: String) {
    self.url = url
  }

  /// For people and as the name of the source: holds no secret.
  package var displayURL: String { RedactedURL(url).text }
}
