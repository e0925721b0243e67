internal import func Glibc.log

/// One window's regression after its noise was made white: first-order autoregressive noise with
/// the correlation `rho` between neighbouring steps (Prais and Winsten 1954). Gaps count as the
/// steps that they are; each life begins anew.
struct WhitenedWindow {
  let rho: Double
  let equations: NormalEquations
  /// Σ ln of the rows' relative noise variances: the determinant's part of the likelihood.
  private let logDeterminant: Double

  /// - Parameter alternatives: from this column on no two are fitted together.
  init(_ regressors: Regressors, rho: Double, alternatives: Int? = nil) {
    self.rho = rho
    let rows = regressors.rows
    var factors = [Double](repeating: rho, count: rows.indices.count)
    var weights = [Double](repeating: 1, count: rows.indices.count)
    var logDeterminant = 0.0
    for row in factors.indices {
      let isFirst = row == 0 || rows.lives[row] != rows.lives[row - 1]
      let steps = isFirst ? 0 : rows.indices[row] - rows.indices[row - 1]
      // Neighbours have the factor ρ and the weight 1.
      guard steps != 1 else { continue }
      factors[row] = isFirst ? 0 : power(rho, steps)
      let variance = (1 - factors[row] * factors[row]) / (1 - rho * rho)
      weights[row] = 1 / variance.squareRoot()
      logDeterminant += log(variance)
    }
    self.logDeterminant = logDeterminant
    equations = NormalEquations(
      ColumnBlocks(
        [regressors.response] + regressors.columns, factors: factors, weights: weights),
      alternatives: alternatives)
  }

  /// Without correlation: the rows are white as they are.
  init(uncorrelated equations: NormalEquations) {
    rho = 0
    self.equations = equations
    logDeterminant = 0
  }

  /// −2 ln of the highest likelihood, plus the price of each parameter (Schwarz 1978).
  func criterion(residual: Double, parameters: Int) -> Double {
    let count = Double(equations.rowCount)
    // Memory comes in pages: below a millionth of the level there is no noise to speak of.
    let variance = max(residual / count, 1e-12)
    return count * log(variance) + logDeterminant + Double(parameters) * log(count)
  }
}

private func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  for _ in 0..<min(exponent, 400) { result *= base }
  return result
}
