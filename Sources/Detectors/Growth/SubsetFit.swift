/// A least-squares fit of some regressors.
struct SubsetFit {
  /// Regressors with a coefficient, in the order asked for; collinear and refused ones left out.
  var columns: [Int]
  var coefficients: [Double]
  /// Sum of squared residuals.
  var residual: Double
  let factor: TriangularFactor

  func coefficient(of column: Int) -> Double? {
    columns.firstIndex(of: column).map { coefficients[$0] }
  }

  /// Diagonal element of (XᵀX)⁻¹, a coefficient's variance for unit noise: the sum of squares of
  /// its column of L⁻¹.
  func unitVariance(of column: Int) -> Double? {
    guard let first = columns.firstIndex(of: column) else { return nil }
    var inverse = [Double](repeating: 0, count: columns.count)
    inverse[first] = 1 / factor[first, first]
    for i in (first + 1)..<max(first + 1, columns.count) {
      var value = 0.0
      for k in first..<i { value -= factor[i, k] * inverse[k] }
      inverse[i] = value / factor[i, i]
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

/// A sum of weighted coefficients that may not be above zero.
struct LinearBound {
  /// By regressor; those behind the last take no part.
  private var weights: [Double] = []

  func weight(of column: Int) -> Double { column < weights.count ? weights[column] : 0 }

  mutating func set(_ weight: Double, of column: Int) {
    while weights.count <= column { weights.append(0) }
    weights[column] = weight
  }
}
