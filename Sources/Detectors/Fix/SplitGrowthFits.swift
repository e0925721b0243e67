/// The regressions of one window with a slope before a change and one since it: those that suit the
/// window best, for growth by the clock and by the requests served.
struct SplitGrowthFits {
  private(set) var byClock: [RatePair] = []
  private(set) var byWork: [RatePair] = []
  private var clockCriterion = Double.infinity
  private var workCriterion = Double.infinity

  /// - Parameters:
  ///   - change: the first row since the change.
  ///   - tolerance: explanations whose criterion is worse than the best by no more take part.
  init(_ history: ServiceHistory, rows: WindowRows, change: Int, tolerance: Double) {
    let hours = rows.spanSeconds / 3600
    var regressors = Regressors(
      history, rows: rows, withSeason: !rows.countsRequests || hours > 30)
    let clocks = regressors.addGrowth(changingAt: change)
    let noise = NoiseEstimate(&regressors, growth: [clocks[0].before, clocks[0].after])
    let windows = noise.windows(regressors)
    let load = rows.load?.current[change...]
    for clock in clocks {
      var fits = Self.fits(regressors, windows, clock)
      fits.sort { $0.criterion < $1.criterion }
      guard let best = fits.first?.criterion else { continue }
      // Growth by the request at the load since the change.
      let perSecond = clock.isWork ? (load?.reduce(0, +) ?? 0) / Double(load?.count ?? 1) : 1
      let scale = rows.scaleBytes / (clock.end * rows.stepSeconds) * perSecond
      let pairs = fits.prefix { $0.criterion < best + tolerance }.map {
        $0.pair(regressors, windows[$0.window], clock, scale: scale, change: change)
      }
      if clock.isWork {
        (byWork, workCriterion) = (pairs, best)
      } else {
        (byClock, clockCriterion) = (pairs, best)
      }
    }
  }

  /// By how much growth by the request suits the window better than growth by the clock, as twice a log
  /// Bayes factor; −∞ where no requests are counted.
  var advantageOfWork: Double { byWork.isEmpty ? -.infinity : clockCriterion - workCriterion }

  fileprivate struct Fit {
    var fit: SubsetFit
    var window: Int
    var criterion: Double
  }

  private static func fits(
    _ regressors: Regressors, _ windows: [WhitenedWindow], _ clock: Regressors.SplitClock
  ) -> [Fit] {
    let layout = regressors.layout
    let signs = ColumnSet(layout.load + layout.warmUps)
    return Explanation.ordinary(layout).flatMap { explanation in
      let columns = (explanation.columns(layout) ?? []) + [clock.before, clock.after]
      return windows.indices.map { index in
        let fit = windows[index].equations.fit(columns, nonNegative: signs)
        let criterion = windows[index].criterion(
          residual: fit.residual, parameters: fit.columns.count + 1 + explanation.steps)
        return Fit(fit: fit, window: index, criterion: criterion)
      }
    }
  }
}

extension SplitGrowthFits.Fit {
  /// - Parameter scale: bytes a second of one unit of the coefficients.
  fileprivate func pair(
    _ regressors: Regressors, _ window: WhitenedWindow, _ clock: Regressors.SplitClock,
    scale: Double, change: Int
  ) -> RatePair {
    let count = Double(regressors.response.count)
    let variance = fit.residual / max(1, count - Double(fit.columns.count)) * scale * scale
    // The noise since the change need not be that of before: it counts for what it is seen in.
    let rows = count - Double(change)
    let freedom = max(2, (rows - 2) * (1 - window.rho) / (1 + window.rho))
    func rate(_ column: Int) -> GrowthRate {
      GrowthRate(
        bytesPerSecond: (fit.coefficient(of: column) ?? 0) * scale,
        error: ((fit.unitVariance(of: column) ?? 0) * variance).squareRoot(),
        degreesOfFreedom: freedom)
    }
    let (before, after) = (rate(clock.before), rate(clock.after))
    // The same fit with one slope for both and their difference beside it tells the covariance.
    let difference = window.equations.fit(
      fit.columns.filter { $0 != clock.before && $0 != clock.after } + [clock.whole, clock.after],
      nonNegative: ColumnSet())
    let spread = (difference.unitVariance(of: clock.after) ?? 0) * variance
    let covariance = (before.error * before.error + after.error * after.error - spread) / 2
    return RatePair(before: before, after: after, covariance: covariance)
  }
}
