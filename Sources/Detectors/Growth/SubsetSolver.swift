/// Fits one subset of a window's regressors after another; what a subset has in common with the one
/// before it is not worked out again.
struct SubsetSolver {
  /// The fit without the n most negative coefficients of the subset at place n. Neighbours lose the
  /// same columns as a rule, so that each stage goes on from what it was in the subset before.
  private var stages: [GrowingFit]
  private var last = 0
  private var rest: [Int] = []
  private let empty: GrowingFit

  init(_ equations: NormalEquations) {
    empty = GrowingFit(equations)
    stages = [empty]
  }

  /// The last fit: collinear and refused columns are left out.
  var fit: SubsetFit { stages[last].fit }
  /// Its sum of squared residuals, and how many columns it has.
  var residual: Double { stages[last].residual }
  var count: Int { stages[last].count }
  /// The coefficient of the column that was asked for last; nil where it has none.
  var lastCoefficient: Double? { stages[last].lastCoefficient }

  /// Fits `columns`; those in `nonNegative` get no negative coefficient (the most negative one is
  /// taken out until none is left, which for few regressors is the active-set method of Lawson
  /// and Hanson's "Solving Least Squares Problems").
  ///
  /// - Parameter bound: what the fit must also hold.
  mutating func fit(_ columns: [Int], nonNegative: ColumnSet, bound: LinearBound? = nil) {
    last = 0
    stages[0].solve(columns, bound: bound)
    while let column = stages[last].mostNegative(nonNegative) {
      if last == 0 { rest.replaceSubrange(rest.indices, with: columns) }
      rest.removeAll { $0 == column }
      last += 1
      if last == stages.count { stages.append(empty) }
      stages[last].solve(rest, bound: bound)
    }
  }
}

extension NormalEquations {
  /// One fit alone, see `SubsetSolver.fit`.
  func fit(_ columns: [Int], nonNegative: ColumnSet) -> SubsetFit {
    var solver = SubsetSolver(self)
    solver.fit(columns, nonNegative: nonNegative)
    return solver.fit
  }
}
