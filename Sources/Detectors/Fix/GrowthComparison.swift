internal import TimeSeries

/// Growth before and since a change, side by side in one regression of one signal.
///
/// Both sides share what age, load and time of day do to memory, so that what a young process or
/// more traffic takes is not held for growth; each has a slope of its own. Every set of ordinary
/// explanations is tried, and all that suit the window about as well as the best have a say in how
/// sure the answer is.
package enum GrowthComparison {
  /// Rows since the change without which nothing is said.
  private static let leastRows = 12
  /// Twice the log Bayes factor (Kass and Raftery 1995: twenty to one) within which an explanation
  /// counts as good as the best.
  private static let tolerance = 6.0
  /// Load that moved by less is the same load.
  private static let sameLoad = 0.8...1.25
  /// Share of the ages since the change that a leaking life must cover to be compared at equal age.
  private static let coverage = 0.7

  /// - Parameters:
  ///   - leaking: when the lives that leak began and ended, Unix time in seconds. What came between them
  ///     and the change counts for neither.
  ///   - since: when the change came.
  /// - Returns: nil where too little is known since the change.
  package static func estimate(
    day: ServiceHistory, long: ServiceHistory, leak: LeakReference, leaking: Range<Double>,
    since: Double
  ) -> FixEstimate? {
    // Hours tell more of the leaking lives, quarters of an hour more of a young one.
    for history in [long, day] {
      var history = history
      let (end, change) = (history.index(at: leaking.upperBound), history.index(at: since))
      for index in min(end, change)..<change { history.floors[leak.signal]?[index] = .nan }
      if let estimate = estimate(history, leak, leakFrom: leaking.lowerBound, since: since) {
        return estimate
      }
    }
    return nil
  }

  private static func estimate(
    _ history: ServiceHistory, _ leak: LeakReference, leakFrom: Double, since: Double
  ) -> FixEstimate? {
    let ages = EqualAges(history, signal: leak.signal, leakFrom: leakFrom, since: since)
    let hasEqualAges = ages.covered >= coverage
    let known = leak.isSlowing && hasEqualAges ? ages.masked : history
    let start = known.index(at: leakFrom)
    guard
      let rows = WindowRows(
        known, load: LoadColumns(known), signal: leak.signal, range: start..<known.count,
        settledAge: max(900, known.stepSeconds), least: leastRows),
      let change = rows.indices.firstIndex(where: { known.time(of: $0) >= since }),
      rows.indices.count - change >= leastRows
    else { return nil }
    let fits = SplitGrowthFits(known, rows: rows, change: change, tolerance: tolerance)
    var loadShare: Double?
    if let load = rows.load?.current {
      let after = mean(load[change...])
      let before = change > 0 ? mean(load[..<change]) : leak.requestsPerSecond ?? .nan
      if before > 0, after > 0 { loadShare = after / before }
    }
    // Under another load growth by the request is the fair measure, unless the clock is clearly better.
    let isOtherLoad = loadShare.map { !sameLoad.contains($0) } ?? false
    let isPerRequest = fits.advantageOfWork > (isOtherLoad ? -tolerance : tolerance)
    let areAlike = abs(fits.advantageOfWork) < tolerance
    let chosen = isPerRequest ? fits.byWork : fits.byClock
    let others = isPerRequest ? fits.byClock : fits.byWork
    var estimate = FixEstimate(
      pairs: chosen, rivals: areAlike ? others : [],
      basis: hasEqualAges ? .equalAges : .otherAges, isPerRequest: isPerRequest,
      loadShare: loadShare,
      coveredSeconds: Double(rows.indices.count - change) * known.stepSeconds)
    // Where the windows do not show the leak any more, what was kept of it stands in.
    if estimate.shareRange(confidence: 0.95, withRivals: false) == nil {
      estimate.rivals = []
      let scale = isPerRequest ? loadShare ?? 1 : 1
      let before = GrowthRate(
        bytesPerSecond: leak.rate.bytesPerSecond * scale, error: leak.rate.error * scale,
        degreesOfFreedom: leak.rate.degreesOfFreedom)
      estimate.pairs = estimate.pairs.map {
        RatePair(before: before, after: $0.after, covariance: 0)
      }
      estimate.basis = .kept
    }
    return estimate.pairs.isEmpty ? nil : estimate
  }

  private static func mean(_ values: ArraySlice<Double>) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }
}

/// The leaking lives at the ages that the lives since the change have had.
private struct EqualAges {
  /// How much of these ages some leaking life covers, 0 to 1.
  let covered: Double
  /// The history without leaking lives at other ages.
  private(set) var masked: ServiceHistory

  init(_ history: ServiceHistory, signal: Signal, leakFrom: Double, since: Double) {
    masked = history
    let change = history.index(at: since)
    let oldest = history.ageSeconds[change...].max() ?? 0
    var covered: [Int: Int] = [:]
    for index in min(change, history.index(at: leakFrom))..<change {
      if history.ageSeconds[index] > oldest {
        masked.floors[signal]?[index] = .nan
      } else if history.floors[signal]?[index].isFinite == true {
        covered[history.life[index], default: 0] += 1
      }
    }
    let steps = max(1, Double(history.count - change))
    self.covered = min(1, Double(covered.values.max() ?? 0) / steps)
  }
}
