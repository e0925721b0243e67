package import TimeSeries

/// One way in which exporters tell a signal: which series, and how they become its value.
package struct SignalSource: Hashable, Sendable {
  package enum Combination: Hashable, Sendable {
    /// One value: the terms' sums over all their series, weighted.
    case sum
    /// One value for each series: a rate has to be taken of each before they are added.
    case perSeries
    /// One value: the product of the terms' sums.
    case product
  }

  package struct Term: Hashable, Sendable {
    package var selector: SeriesSelector
    package var weight: Double

    package init(_ selector: SeriesSelector, weight: Double = 1) {
      self.selector = selector
      self.weight = weight
    }
  }

  package var signal: Signal
  /// The source counts only where every term has a series.
  package var terms: [Term]
  package var combination: Combination
  /// 0 means "not measured yet", as after a start before the first collection.
  package var isZeroUnknown = false

  package init(_ signal: Signal, _ combination: Combination = .sum, terms: [Term]) {
    self.signal = signal
    self.terms = terms
    self.combination = combination
  }

  init(
    _ signal: Signal, _ combination: Combination = .sum, _ metric: String,
    _ matchers: SeriesSelector.LabelMatcher...
  ) {
    self.init(signal, combination, terms: [Term(SeriesSelector(metric, matchers))])
  }

  /// What a user names for a signal.
  package init(_ signal: Signal, configured selector: SeriesSelector) {
    self.init(
      signal, signal == .gcPauseSecondsTotal ? .perSeries : .sum, terms: [Term(selector)])
  }

  var unknownAtZero: SignalSource {
    var source = self
    source.isZeroUnknown = true
    return source
  }
}
