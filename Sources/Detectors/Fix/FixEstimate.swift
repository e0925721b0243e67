/// Growth since a change beside the growth before it, at equal age and load.
package struct FixEstimate: Hashable, Sendable {
  /// What the growth before is known from.
  package enum Basis: String, CaseIterable, Hashable, Sendable {
    /// The leaking lives at the same ages, which the windows still hold.
    case equalAges = "equal_ages"
    /// The leaking lives at other ages.
    case otherAges = "other_ages"
    /// What was kept of them when their alert was told.
    case kept
  }

  /// Of the explanations that suit what is known about as well, the best first: those that count
  /// growth by the clock, or those that count it by the request.
  var pairs: [RatePair]
  /// Of those that count it otherwise, where they suit as well.
  var rivals: [RatePair] = []
  package var basis: Basis
  /// Whether the rates are by the request, given at the load since the change.
  package var isPerRequest: Bool
  /// Load since the change as a share of the load before; nil where no requests are counted.
  package var loadShare: Double?
  /// How much of the time since the change is known, seconds.
  package var coveredSeconds: Double

  /// Bytes a second; before the change at the load since it.
  package var before: Double { pairs[0].before.bytesPerSecond }
  package var after: Double { pairs[0].after.bytesPerSecond }
  /// Growth since the change as a share of the growth before.
  package var share: Double { after / before }

  /// The range that holds the share under each explanation that suits what is known.
  ///
  /// - Parameter withRivals: also those that count growth otherwise.
  /// - Returns: nil where some explanation bounds it nowhere.
  package func shareRange(confidence: Double, withRivals: Bool) -> ClosedRange<Double>? {
    var range: ClosedRange<Double>?
    for pair in pairs + (withRivals ? rivals : []) {
      guard let one = pair.share(confidence: confidence) else { return nil }
      range =
        range.map {
          min($0.lowerBound, one.lowerBound)...max($0.upperBound, one.upperBound)
        } ?? one
    }
    return range
  }
}
