package import Formats
package import LinuxSystem
package import Signals
package import TimeSeries

/// One address that serves metrics of one service, and how it is scraped.
package struct ExporterTarget: Sendable, Equatable {
  package var service: ServiceName
  package var url: String
  package var interval = TimeSpan.seconds(15)
  /// Not longer than the interval.
  package var timeout = TimeSpan.seconds(10)
  /// Sent with every scrape; one of ours with the same name gives way.
  package var headers: [HTTPHeader] = []
  package var credentials: ExporterCredentials?
  package var tls = TLSOptions()
  package var proxyURL: String?
  /// Of the uncompressed body; over it the scrape fails.
  package var maximumBodyBytes = 16 << 20
  /// Samples that are kept; over it the scrape fails.
  package var sampleLimit = 50_000
  /// How a body is read whose Content-Type is missing or unknown.
  package var fallbackFormat = ExpositionFormat.prometheusText004
  /// Series that the user names for signals, in place of the usual ones.
  package var signals: [Signal: SeriesSelector] = [:]

  /// Where its heap profiles come from.
  package var profile = ProfileSource.auto

  package init(service: ServiceName, url: String) {
    self.service = service
    self.url = url
  }

  /// Which source of the service this is; holds no secret.
  package var source: ScrapeSource { .exporter(RedactedURL(url).text) }

  /// Tells targets apart for their place in the interval.
  package var identity: String { "\(service.text)\n\(url)" }
}
