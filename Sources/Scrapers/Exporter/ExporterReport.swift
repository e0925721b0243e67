package import Signals
package import TimeSeries

/// What came of one scrape, or of one that could not even begin.
package struct ExporterReport: Sendable {
  /// nil for a scrape that was left out because the one before it was still under way.
  package var result: ScrapeResult?
  /// From the request to the end of parsing; zero where nothing was sent.
  package var duration: TimeSpan
  /// Decompressed.
  package var bodyBytes: Int
  /// Samples served, and those of them that are kept.
  package var sampleCount: Int
  package var keptCount: Int
  /// The runtime, in the first report that knows it and in one that finds another.
  package var recognised: ServiceRuntime?
  /// Something a person should know although the scrape may have worked, said once and not again
  /// until it was well in between.
  package var problem: String?

  init(_ result: ScrapeResult?) {
    self.result = result
    duration = .zero
    bodyBytes = 0
    sampleCount = 0
    keptCount = 0
  }
}
