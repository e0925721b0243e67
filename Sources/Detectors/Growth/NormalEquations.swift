/// Sums of products of regressors and response, weighted rows folded in one by one: enough to fit
/// any subset of the regressors by least squares without seeing the rows again.
///
/// One pass over a window serves all explanations that are compared on it.
struct NormalEquations {
  /// Regressors; the response is kept as one more column behind them.
  let width: Int
  private(set) var rowCount = 0
  private var products: [Double]

  init(width: Int) {
    self.width = width
    products = Array(repeating: 0, count: (width + 1) * (width + 1))
  }

  /// Adds a row of `width` regressors with the response behind them.
  mutating func add(_ row: [Double]) {
    rowCount += 1
    let stride = width + 1
    for i in 0..<stride where row[i] != 0 {
      let factor = row[i]
      for j in i..<stride { products[i * stride + j] += factor * row[j] }
    }
  }

  /// Σ x_i·x_j; the response has the index `width`.
  func product(_ i: Int, _ j: Int) -> Double {
    i <= j ? products[i * (width + 1) + j] : products[j * (width + 1) + i]
  }
}

/// A least-squares fit of some regressors.
struct SubsetFit {
  /// Regressors with a coefficient, in the order asked for; collinear and refused ones left out.
  var columns: [Int]
  var coefficients: [Double]
  /// Sum of squared residuals.
  var residual: Double
  /// Lower triangle L of XᵀX = L·Lᵀ over `columns`, row by row, `stride` apart.
  fileprivate var factor: [Double]
  fileprivate var stride: Int

  func coefficient(of column: Int) -> Double? {
    columns.firstIndex(of: column).map { coefficients[$0] }
  }

  /// Diagonal element of (XᵀX)⁻¹, a coefficient's variance for unit noise: the sum of squares of
  /// its column of L⁻¹.
  func unitVariance(of column: Int) -> Double? {
    guard let first = columns.firstIndex(of: column) else { return nil }
    var inverse = [Double](repeating: 0, count: columns.count)
    inverse[first] = 1 / factor[first * stride + first]
    for i in (first + 1)..<max(first + 1, columns.count) {
      var value = 0.0
      for k in first..<i { value -= factor[i * stride + k] * inverse[k] }
      inverse[i] = value / factor[i * stride + i]
    }
    return inverse.reduce(0) { $0 + $1 * $1 }
  }
}

/// Some of the regressors.
struct ColumnSet {
  private var isMember: [Bool] = []

  init(_ columns: [Int] = []) {
    isMember = Array(repeating: false, count: (columns.max() ?? -1) + 1)
    for column in columns { isMember[column] = true }
  }

  func contains(_ column: Int) -> Bool { column < isMember.count && isMember[column] }
}

/// A sum of weighted coefficients that may not be above zero. Columns without a weight take no part.
struct LinearBound {
  var weights: [Int: Double]
}

extension SubsetFit {
  /// Moves the coefficients to the best ones that hold `bound`: least squares under one linear
  /// equality, by its Lagrange multiplier (Lawson and Hanson, chapter 20). The variances stay those
  /// of the free fit.
  fileprivate mutating func hold(_ bound: LinearBound) {
    let count = columns.count
    let weights = columns.map { bound.weights[$0] ?? 0 }
    let excess = zip(weights, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    guard excess > 0 else { return }
    var direction = weights
    for i in 0..<count {
      for k in 0..<i { direction[i] -= factor[i * stride + k] * direction[k] }
      direction[i] /= factor[i * stride + i]
    }
    let size = direction.reduce(0) { $0 + $1 * $1 }
    guard size > 0 else { return }
    for i in Swift.stride(from: count - 1, through: 0, by: -1) {
      for k in (i + 1)..<max(i + 1, count) {
        direction[i] -= factor[k * stride + i] * direction[k]
      }
      direction[i] /= factor[i * stride + i]
    }
    for i in 0..<count { coefficients[i] -= direction[i] * excess / size }
    residual += excess * excess / size
  }
}

extension NormalEquations {
  /// Fits `columns`; those in `nonNegative` get no negative coefficient (the most negative one is
  /// taken out until none is left, which for few regressors is the active-set method of Lawson
  /// and Hanson's "Solving Least Squares Problems").
  ///
  /// - Parameter bound: what the fit must also hold.
  func fit(_ columns: [Int], nonNegative: ColumnSet, bound: LinearBound? = nil) -> SubsetFit {
    var active = columns
    while true {
      let fit = solve(active, bound: bound)
      var worst: (index: Int, value: Double)?
      for (index, column) in fit.columns.enumerated() where nonNegative.contains(column) {
        let value = fit.coefficients[index] * product(column, column).squareRoot()
        if value < 0, value < worst?.value ?? 0 { worst = (index, value) }
      }
      guard let worst else { return fit }
      let column = fit.columns[worst.index]
      active.removeAll { $0 == column }
    }
  }

  /// Cholesky factorisation of the subset's normal equations. A column that the ones before it
  /// nearly make up is left out.
  private func solve(_ candidates: [Int], bound: LinearBound?) -> SubsetFit {
    let most = candidates.count
    var columns: [Int] = []
    columns.reserveCapacity(most)
    var factor = [Double](repeating: 0, count: most * most)
    var forward = [Double](repeating: 0, count: most)
    for column in candidates {
      let size = product(column, column)
      let row = columns.count
      var pivot = size
      for j in 0..<row {
        var value = product(columns[j], column)
        for k in 0..<j { value -= factor[row * most + k] * factor[j * most + k] }
        value /= factor[j * most + j]
        factor[row * most + j] = value
        pivot -= value * value
      }
      guard pivot > 1e-7 * size, pivot > 0 else { continue }
      factor[row * most + row] = pivot.squareRoot()
      var value = product(column, width)
      for k in 0..<row { value -= factor[row * most + k] * forward[k] }
      forward[row] = value / factor[row * most + row]
      columns.append(column)
    }
    let count = columns.count
    var explained = 0.0
    for k in 0..<count { explained += forward[k] * forward[k] }
    var coefficients = [Double](repeating: 0, count: count)
    for i in stride(from: count - 1, through: 0, by: -1) {
      var value = forward[i]
      for k in (i + 1)..<max(i + 1, count) { value -= factor[k * most + i] * coefficients[k] }
      coefficients[i] = value / factor[i * most + i]
    }
    var fit = SubsetFit(
      columns: columns, coefficients: coefficients,
      residual: max(0, product(width, width) - explained), factor: factor, stride: most)
    if let bound { fit.hold(bound) }
    return fit
  }
}
