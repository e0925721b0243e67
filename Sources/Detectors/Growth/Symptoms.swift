package import TimeSeries

/// What else happened while a window's memory was watched: the figures that an expert would ask
/// for. A change is from the mean of the window's first third to that of its last.
package struct Symptoms: Hashable, Sendable {
  package struct Change: Hashable, Sendable {
    package var before: Double
    package var after: Double

    /// Relative change; nil from nothing.
    package var share: Double? { before > 0 ? after / before - 1 : nil }
  }

  /// How much of the past they cover, seconds.
  package var spanSeconds: Double
  /// Requests a second; nil where the service counts none.
  package var requests: Change?
  /// Share of the time in GC pauses.
  package var pauseShare: Change?
  /// Collections a second.
  package var collections: Change?
  /// Seconds of pause a collection.
  package var pausePerCollection: Change?
  /// Bytes of every kind of memory that is known.
  package var memory: [Signal: Change]

  init(_ history: ServiceHistory, spanSeconds: Double) {
    let steps = Int((spanSeconds / history.stepSeconds).rounded())
    let range = max(0, history.count - steps)..<history.count
    self.spanSeconds = Double(range.count) * history.stepSeconds
    requests = Self.change(history.load, range)
    pauseShare = Self.change(history.pauseShare, range)
    collections = Self.change(history.collectionRate, range)
    pausePerCollection = Self.change(history.pausePerCollection, range)
    memory = history.floors.compactMapValues { Self.change($0, range) }
  }

  private static func change(_ values: [Double]?, _ range: Range<Int>) -> Change? {
    guard let values, range.count >= 3 else { return nil }
    let third = range.count / 3
    guard let before = mean(values[range.prefix(third)]),
      let after = mean(values[range.suffix(third)])
    else { return nil }
    return Change(before: before, after: after)
  }

  private static func mean(_ values: ArraySlice<Double>) -> Double? {
    var sum = 0.0
    var known = 0.0
    for value in values where value.isFinite {
      sum += value
      known += 1
    }
    return known > 0 ? sum / known : nil
  }
}
