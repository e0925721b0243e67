package import Formats
package import TimeSeries

/// From series to signals for one target: the catalogue, with what the user names in place of it.
package struct SignalMapping: Sendable {
  let sources: [SignalSource]
  /// Lets through what any source needs, and the names by which runtimes and builds are recognised.
  package let filter: FamilyFilter

  /// The catalogue alone, in one copy for all targets.
  package static let usual = SignalMapping(sources: SignalCatalogue.sources)

  /// - Parameter configured: selectors by signal; such a signal has no other source.
  package init(configured: [Signal: SeriesSelector]) {
    guard !configured.isEmpty else {
      self = .usual
      return
    }
    let own = configured.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { SignalSource($0.key, configured: $0.value) }
    self.init(sources: own + SignalCatalogue.sources.filter { configured[$0.signal] == nil })
  }

  private init(sources: [SignalSource]) {
    self.sources = sources
    let terms = sources.flatMap(\.terms).flatMap(\.selector.filterPatterns)
    filter = FamilyFilter(
      patterns: Set(terms + RuntimeRecogniser.filterPatterns + BuildInformation.filterPatterns))
  }
}

/// A signal that a target has, and the metric that it comes from, for people.
package struct SignalProvenance: Hashable, Sendable {
  package var signal: Signal
  /// "jvm_memory_used_bytes{area="heap"}"; terms joined by their operation.
  package var metric: String
  package var seriesCount: Int
}
