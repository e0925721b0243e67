/// Fits one subset of a window's regressors after another.
///
/// The factorisation goes column by column and never looks ahead: of a subset that begins like the
/// one before it only the rest is worked out.
struct SubsetSolver {
  private let equations: NormalEquations
  /// What was asked for last, with how many columns had been taken before each and behind the last.
  private var asked: [Int] = []
  private var taken: [Int] = [0]
  private var factor = TriangularFactor()
  /// L⁻¹·Xᵀy, and the sum of the squares of its first elements.
  private var forward: [Double] = []
  private var explained: [Double] = [0]

  /// The last fit: its columns, collinear and refused ones left out, their coefficients, and the sum
  /// of squared residuals.
  private(set) var columns: [Int] = []
  private(set) var coefficients: [Double] = []
  private(set) var residual = 0.0

  init(_ equations: NormalEquations) {
    self.equations = equations
  }

  /// The last fit as a value of its own.
  var fit: SubsetFit {
    SubsetFit(columns: columns, coefficients: coefficients, residual: residual, factor: factor)
  }

  /// Fits `wanted`; those in `nonNegative` get no negative coefficient (the most negative one is
  /// taken out until none is left, which for few regressors is the active-set method of Lawson
  /// and Hanson's "Solving Least Squares Problems").
  ///
  /// - Parameter bound: what the fit must also hold.
  mutating func fit(_ wanted: [Int], nonNegative: ColumnSet, bound: LinearBound? = nil) {
    solve(wanted, bound)
    while let column = mostNegative(nonNegative) {
      solve(asked.filter { $0 != column }, bound)
    }
  }

  private func mostNegative(_ nonNegative: ColumnSet) -> Int? {
    var worst: (column: Int, value: Double)?
    for (column, coefficient) in zip(columns, coefficients)
    where coefficient < 0 && nonNegative.contains(column) {
      let value = coefficient * equations.product(column, column).squareRoot()
      if value < worst?.value ?? 0 { worst = (column, value) }
    }
    return worst?.column
  }

  private mutating func solve(_ wanted: [Int], _ bound: LinearBound?) {
    var shared = 0
    while shared < min(asked.count, wanted.count), asked[shared] == wanted[shared] { shared += 1 }
    keep(shared)
    for column in wanted[shared...] { take(column) }
    residual = max(
      0, equations.product(equations.width, equations.width) - explained[columns.count])
    substitute()
    if let bound { hold(bound) }
  }

  /// Goes back to the first columns that were asked for.
  private mutating func keep(_ count: Int) {
    let rows = taken[count]
    asked.removeLast(asked.count - count)
    taken.removeLast(taken.count - 1 - count)
    columns.removeLast(columns.count - rows)
    forward.removeLast(forward.count - rows)
    explained.removeLast(explained.count - 1 - rows)
    factor.keep(rows: rows)
  }

  /// One more row of the Cholesky factorisation. A column that the ones before it nearly make up is
  /// left out.
  private mutating func take(_ column: Int) {
    let size = equations.product(column, column)
    let row = columns.count
    let start = TriangularFactor.start(row)
    var pivot = size
    var ahead = equations.product(column, equations.width)
    for j in 0..<row {
      let above = TriangularFactor.start(j)
      var value = equations.product(columns[j], column)
      for k in 0..<j { value -= factor.elements[start + k] * factor.elements[above + k] }
      value /= factor.elements[above + j]
      factor.append(value)
      pivot -= value * value
      ahead -= value * forward[j]
    }
    asked.append(column)
    if pivot > 1e-7 * size, pivot > 0 {
      let diagonal = pivot.squareRoot()
      factor.append(diagonal)
      forward.append(ahead / diagonal)
      explained.append(explained[row] + forward[row] * forward[row])
      columns.append(column)
    } else {
      factor.keep(rows: row)
    }
    taken.append(columns.count)
  }

  private mutating func substitute() {
    let count = columns.count
    coefficients.removeAll(keepingCapacity: true)
    coefficients.append(contentsOf: forward)
    for i in stride(from: count - 1, through: 0, by: -1) {
      var value = coefficients[i]
      for k in (i + 1)..<max(i + 1, count) { value -= factor[k, i] * coefficients[k] }
      coefficients[i] = value / factor[i, i]
    }
  }

  /// Moves the coefficients to the best ones that hold `bound`: least squares under one linear
  /// equality, by its Lagrange multiplier (Lawson and Hanson, chapter 20). The variances stay those
  /// of the free fit.
  private mutating func hold(_ bound: LinearBound) {
    let count = columns.count
    var excess = 0.0
    for (column, coefficient) in zip(columns, coefficients) {
      excess += bound.weight(of: column) * coefficient
    }
    guard excess > 0 else { return }
    var direction = columns.map(bound.weight)
    for i in 0..<count {
      for k in 0..<i { direction[i] -= factor[i, k] * direction[k] }
      direction[i] /= factor[i, i]
    }
    let size = direction.reduce(0) { $0 + $1 * $1 }
    guard size > 0 else { return }
    for i in stride(from: count - 1, through: 0, by: -1) {
      for k in (i + 1)..<max(i + 1, count) { direction[i] -= factor[k, i] * direction[k] }
      direction[i] /= factor[i, i]
    }
    for i in 0..<count { coefficients[i] -= direction[i] * excess / size }
    residual += excess * excess / size
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
