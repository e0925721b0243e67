internal import Formats
internal import LinuxSystem
internal import Scrapers
internal import Signals
internal import TimeSeries
internal import WatchConfiguration

extension ExporterTarget {
  init(_ exporter: Configuration.Exporter) {
    self.init(service: exporter.service, url: exporter.url.text)
    interval = exporter.interval
    timeout = exporter.timeout
    headers = exporter.headers.map { LinuxSystem.HTTPHeader($0.name, $0.value.revealed) }
    credentials = ExporterCredentials(exporter)
    tls = TLSOptions(exporter.tls)
    proxyURL = exporter.proxyURL?.text
    maximumBodyBytes = exporter.maximumBodyBytes
    sampleLimit = exporter.sampleLimit
    fallbackFormat = exporter.fallbackFormat == .text ? .prometheusText004 : .openMetrics100
    profile = ProfileSource(exporter.profile)
    signals = exporter.signals.mapValues(SeriesSelector.init)
  }
}

extension ProfileSource {
  init(_ source: Configuration.ProfileSource) {
    self =
      switch source {
      case .off: .off
      case .auto: .auto
      case .url(let url): .from(.url(url.text))
      case .tracemalloc(let address):
        .from(.tracemalloc("http://\(address.text(port: 9191))/heap"))
      case .inspector(let address):
        .from(
          .inspector(
            host: address.host == "localhost" ? "127.0.0.1" : address.host,
            port: UInt16(address.port ?? 9229)))
      }
  }
}

extension SeriesSelector {
  /// What the user names is meant literally: no prefix before it.
  fileprivate init(_ selector: MetricSelector) {
    self.init(
      selector.metric,
      selector.matchers.map { matcher in
        LabelMatcher(
          matcher.label,
          matcher.comparison == .equal ? .equals(matcher.value) : .differsFrom(matcher.value))
      },
      allowsPrefix: false)
  }
}
