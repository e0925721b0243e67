/// One way to explain a window: which ordinary things, and which growth beside them.
struct Explanation {
  /// The form of the growth.
  enum Growth: CaseIterable, Hashable { case linear, decelerating, perRequest }

  var growth: Growth?
  /// The warm-up's columns; none without one.
  var warmUp: [Int]
  /// How many of the found steps, largest first.
  var steps: Int
  var hasSeason: Bool

  /// Columns that take part, growth behind the intercepts; nil where this window cannot show the
  /// growth asked for.
  func columns(_ layout: Regressors.Layout) -> [Int]? {
    var columns = layout.intercepts
    switch growth {
    case .linear: columns.append(layout.linear)
    case .decelerating: columns.append(layout.decelerating)
    case .perRequest:
      guard let column = layout.perRequest else { return nil }
      columns.append(column)
    case nil: break
    }
    columns += layout.load
    columns += warmUp
    if hasSeason { columns += layout.season }
    return columns + layout.steps.prefix(steps)
  }

  /// Every combination of ordinary things.
  static func ordinary(_ layout: Regressors.Layout) -> [Explanation] {
    var all: [Explanation] = []
    let single = layout.warmUps.map { [$0] }
    for warmUp in [[]] + single + layout.warmUpMixtures {
      for steps in 0...layout.steps.count {
        all.append(Explanation(warmUp: warmUp, steps: steps, hasSeason: false))
        guard !layout.season.isEmpty else { continue }
        all.append(Explanation(warmUp: warmUp, steps: steps, hasSeason: true))
      }
    }
    return all
  }

  func with(_ growth: Growth?) -> Explanation {
    var copy = self
    copy.growth = growth
    return copy
  }
}

/// An explanation fitted to its window.
struct FittedExplanation {
  var explanation: Explanation
  var fit: SubsetFit
  /// Which of the contest's windows, that is, which noise.
  var window: Int
  /// Lower is better; differences are twice a log Bayes factor.
  var criterion: Double
}
