package import Signals
package import TimeSeries

/// What came of asking a server for a stretch of time.
package struct PrometheusReport: Sendable {
  package var source: ScrapeSource
  /// By name, each in the order of time.
  package var services: [ServiceMoments] = []
  /// Services that the server has told nothing of for a while.
  package var ended: [ServiceName] = []
  /// Why the server brought nothing; nil where it did.
  package var failure: String?
  /// Services that the failure concerns.
  package var missed: [ServiceName] = []
  /// What a person should know, each once until it was well in between.
  package var problems: [String] = []
  /// Share of the range under way that is read, 0 to 1; nil where one moment is all of it.
  package var progress: Double?
  /// The newest moment that was asked for.
  package var moment: Timestamp
  /// Everything up to the present, less the lag, has been read or given up.
  package var isCaughtUp = false

  init(source: ScrapeSource, moment: Timestamp) {
    self.source = source
    self.moment = moment
  }
}
