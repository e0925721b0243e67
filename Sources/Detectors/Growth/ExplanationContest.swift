/// Compares what ordinary things explain of a window with what growth explains beyond them.
///
/// Ordinary are the load in three forms, the warm-up of a young life, one or two steps, the time
/// of day. Every set of them is fitted without growth and with it, and the best of either side by
/// the Bayesian information criterion compete. Noise is autoregressive, with the correlation that
/// suits either side best, so that a series that wanders is not taken for one that grows.
struct ExplanationContest {
  let regressors: Regressors
  let windows: [WhitenedWindow]
  let ordinary: FittedExplanation
  /// The best with linear growth: its slope is the one that is told.
  let linear: FittedExplanation
  /// The best with growth of any form.
  let growth: FittedExplanation

  /// Evidence for growth in nats, an approximate log Bayes factor (Kass and Raftery 1995): 3 is
  /// twenty to one.
  var evidence: Double { (ordinary.criterion - growth.criterion) / 2 }

  /// By how many nats growth of another form beats linear growth; 0 where linear is best.
  var curvature: Double { (linear.criterion - growth.criterion) / 2 }

  init?(_ candidate: Regressors, hasEmptyStart: Bool) {
    var regressors = candidate
    let noise = NoiseEstimate(&regressors, growth: [regressors.layout.linear])
    windows = noise.windows(regressors)
    self.regressors = regressors
    let sets = Explanation.ordinary(regressors.layout)
    let bound = hasEmptyStart ? regressors.layout.emptyStart : nil
    guard let ordinary = Self.best(sets, windows, regressors.layout, bound),
      let linear = Self.best(sets.map { $0.with(.linear) }, windows, regressors.layout, bound)
    else { return nil }
    self.ordinary = ordinary
    self.linear = linear
    // Other forms of growth stand beside the ordinary things that suit the linear one.
    let forms = [Explanation.Growth.decelerating, .perRequest].flatMap { form in
      [linear.explanation.with(form), ordinary.explanation.with(form)]
    }
    let other = Self.best(forms, windows, regressors.layout, bound)
    growth = other.map { $0.criterion < linear.criterion ? $0 : linear } ?? linear
  }

  /// Slope of the linear growth and its standard error, bytes a second.
  var slope: (value: Double, error: Double) {
    let layout = regressors.layout
    let perSecond = regressors.rows.scaleBytes / regressors.rows.spanSeconds
    guard let value = linear.fit.coefficient(of: layout.linear) else { return (0, 0) }
    let freedom = max(1, regressors.response.count - linear.fit.columns.count)
    let variance = linear.fit.residual / Double(freedom)
    let unit = linear.fit.unitVariance(of: layout.linear) ?? 0
    return (value * perSecond, (unit * variance).squareRoot() * perSecond)
  }

  /// The response less what the linear explanation's `columns` contribute.
  func response(without isTaken: (Int) -> Bool) -> [Double] {
    var values = regressors.response
    for (column, weight) in zip(linear.fit.columns, linear.fit.coefficients) where isTaken(column) {
      let contribution = regressors.columns[column]
      for row in values.indices { values[row] -= weight * contribution[row] }
    }
    return values
  }

  private static func best(
    _ explanations: [Explanation], _ windows: [WhitenedWindow], _ layout: Regressors.Layout,
    _ bound: LinearBound?
  ) -> FittedExplanation? {
    var best: FittedExplanation?
    let signs = ColumnSet(layout.load + layout.warmUps)
    // Explanations with the time of day take turns with those without it: each kind begins alike.
    var plain = windows.map { SubsetSolver($0.equations) }
    var seasonal = plain
    for explanation in explanations {
      guard let columns = explanation.columns(layout) else { continue }
      for (index, window) in windows.enumerated() {
        let judge = { (solver: inout SubsetSolver) in
          solver.fit(columns, nonNegative: signs, bound: bound)
          // The place of a step was chosen too; the noise has its variance.
          let criterion = window.criterion(
            residual: solver.residual,
            parameters: solver.count + 1 + explanation.steps)
          guard criterion < best?.criterion ?? .infinity else { return }
          best = FittedExplanation(
            explanation: explanation, fit: solver.fit, window: index, criterion: criterion)
        }
        if explanation.hasSeason { judge(&seasonal[index]) } else { judge(&plain[index]) }
      }
    }
    return best
  }
}
