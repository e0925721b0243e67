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
    let width = regressors.layout.width
    let rows = regressors.rows
    var equations = NormalEquations(width: width, alternatives: alternatives)
    var logDeterminant = 0.0
    var row = [Double](repeating: 0, count: width + 1)
    for index in rows.indices.indices {
      let isFirst = index == 0 || rows.lives[index] != rows.lives[index - 1]
      let factor = isFirst ? 0 : power(rho, rows.indices[index] - rows.indices[index - 1])
      let variance = (1 - factor * factor) / (1 - rho * rho)
      let weight = 1 / variance.squareRoot()
      for column in 0...width {
        let values = column < width ? regressors.columns[column] : regressors.response
        let before = isFirst ? 0 : values[index - 1]
        row[column] = (values[index] - factor * before) * weight
      }
      equations.add(row)
      logDeterminant += log(variance)
    }
    self.equations = equations
    self.logDeterminant = logDeterminant
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
