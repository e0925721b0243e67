/// A least-squares fit that takes one regressor after another.
///
/// The factorisation goes column by column and never looks ahead: of regressors that begin like
/// those asked for before only the rest is worked out.
struct GrowingFit {
  private let equations: NormalEquations
  private var asked: [Asked] = []
  private var rows: [Row] = []
  private var factor = TriangularFactor()
  private(set) var coefficients: [Double] = []
  /// Sum of squared residuals.
  private(set) var residual = 0.0

  private struct Asked {
    var column: Int
    /// Columns that have a coefficient, up to and with this one.
    var rows: Int
  }

  /// What one column adds to the factorisation.
  private struct Row {
    var column: Int
    /// Its element of L⁻¹·Xᵀy, and the sum of the squares of all elements so far.
    var forward: Double
    var explained: Double
  }

  init(_ equations: NormalEquations) {
    self.equations = equations
    let most = min(equations.width, 16)
    asked.reserveCapacity(most)
    rows.reserveCapacity(most)
    coefficients.reserveCapacity(most)
  }

  /// Columns with a coefficient.
  var count: Int { rows.count }

  var fit: SubsetFit {
    SubsetFit(
      columns: rows.map(\.column), coefficients: coefficients, residual: residual, factor: factor)
  }

  /// That of the column that was asked for last; nil where it has none.
  var lastCoefficient: Double? {
    rows.last?.column == asked.last?.column ? coefficients.last : nil
  }

  /// Fits `wanted` by Cholesky factorisation of their normal equations.
  ///
  /// - Parameter bound: what the fit must also hold.
  mutating func solve(_ wanted: [Int], bound: LinearBound?) {
    var shared = 0
    for column in wanted {
      guard shared < asked.count, asked[shared].column == column else { break }
      shared += 1
    }
    while asked.count > shared { asked.removeLast() }
    let kept = asked.last?.rows ?? 0
    while rows.count > kept { rows.removeLast() }
    for column in wanted.dropFirst(shared) { take(column) }
    let explained = rows.last?.explained ?? 0
    residual = max(0, equations.responseSquare - explained)
    substitute()
    if let bound { hold(bound) }
  }

  /// Of the columns in `nonNegative` the one whose coefficient is most below zero, in units of the
  /// response; nil where none is.
  func mostNegative(_ nonNegative: ColumnSet) -> Int? {
    var worst: (column: Int, value: Double)?
    for (row, coefficient) in zip(rows, coefficients)
    where coefficient < 0 && nonNegative.contains(row.column) {
      let value = coefficient * equations.product(row.column, row.column).squareRoot()
      if value < worst?.value ?? 0 { worst = (row.column, value) }
    }
    return worst?.column
  }

  /// One more row of the factorisation. A column that the ones before it nearly make up is left
  /// out.
  private mutating func take(_ column: Int) {
    let size = equations.product(column, column)
    let row = rows.count
    var pivot = size
    var forward = equations.product(withResponse: column)
    factor.begin(row)
    for (j, other) in rows.enumerated() {
      let value = factor.eliminate(equations.product(other.column, column), row, j)
      pivot -= value * value
      forward -= value * other.forward
    }
    if pivot > 1e-7 * size, pivot > 0 {
      let diagonal = pivot.squareRoot()
      factor.end(row, diagonal: diagonal)
      forward /= diagonal
      let explained = (rows.last?.explained ?? 0) + forward * forward
      rows.append(Row(column: column, forward: forward, explained: explained))
    }
    asked.append(Asked(column: column, rows: rows.count))
  }

  private mutating func substitute() {
    coefficients.removeAll(keepingCapacity: true)
    for row in rows { coefficients.append(row.forward) }
    factor.substituteBack(&coefficients)
  }

  /// Moves the coefficients to the best ones that hold `bound`: least squares under one linear
  /// equality, by its Lagrange multiplier (Lawson and Hanson, chapter 20). The variances stay those
  /// of the free fit.
  private mutating func hold(_ bound: LinearBound) {
    var excess = 0.0
    for (row, coefficient) in zip(rows, coefficients) {
      excess += bound.weight(of: row.column) * coefficient
    }
    guard excess > 0 else { return }
    var direction = rows.map { bound.weight(of: $0.column) }
    factor.substitute(&direction)
    let size = direction.reduce(0) { $0 + $1 * $1 }
    guard size > 0 else { return }
    factor.substituteBack(&direction)
    for i in coefficients.indices { coefficients[i] -= direction[i] * excess / size }
    residual += excess * excess / size
  }
}
