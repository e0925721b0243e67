/// What a first look at a window's residuals tells: how noise hangs together, and where it steps.
struct NoiseEstimate {
  /// Plausible correlations of neighbouring steps, 0 to `highest`; one to three of them.
  private(set) var correlations: [Double] = []
  /// The window as it is without any correlation, with the steps that were found.
  let uncorrelated: WhitenedWindow

  private static let highest = 0.985
  private static let mostSteps = 2
  /// Correlations nearer than this are the same noise.
  private static let resolution = 0.04

  /// Adds the steps that are found to `regressors`.
  ///
  /// - Parameter growth: the columns of growth.
  init(_ regressors: inout Regressors, growth: [Int]) {
    let layout = regressors.layout
    let signs = ColumnSet(layout.load + layout.warmUps)
    let ordinary = layout.load + layout.warmUps.prefix(1) + layout.season
    var columns = ColumnBlocks([regressors.response] + regressors.columns)
    let free = NormalEquations(columns)
    let growing = free.fit(
      layout.intercepts + growth + ordinary, nonNegative: signs)
    let resting = free.fit(layout.intercepts + ordinary, nonNegative: signs)
    let first = [growing, resting].map { Self.correlation(regressors, $0) }
    // A step must be able to explain the trend, so the trend is not taken out.
    let unexplained = Self.residuals(
      regressors, growing, columns: growing.columns.filter { !growth.contains($0) })
    for row in Self.jumps(unexplained, lives: regressors.rows.lives) { regressors.addStep(at: row) }
    columns.append(regressors.columns[free.width...])
    let known = regressors.layout.steps.isEmpty ? free : free.extended(to: columns)
    uncorrelated = WhitenedWindow(uncorrelated: known)
    add(first[0])
    add(first[1])
    guard !regressors.layout.steps.isEmpty else { return }
    let stepped = known.fit(growing.columns + regressors.layout.steps, nonNegative: signs)
    add(Self.correlation(regressors, stepped))
  }

  /// The window with each of the correlations taken out.
  func windows(_ regressors: Regressors) -> [WhitenedWindow] {
    correlations.map { $0 == 0 ? uncorrelated : WhitenedWindow(regressors, rho: $0) }
  }

  private mutating func add(_ rho: Double) {
    let isKnown = correlations.contains { abs($0 - rho) < Self.resolution }
    if !isKnown { correlations.append(rho) }
  }

  private static func residuals(
    _ regressors: Regressors, _ fit: SubsetFit, columns: [Int]? = nil
  ) -> [Double] {
    var values = regressors.response
    for (column, weight) in zip(fit.columns, fit.coefficients)
    where columns?.contains(column) ?? true {
      let contribution = regressors.columns[column]
      for row in values.indices { values[row] -= weight * contribution[row] }
    }
    return values
  }

  /// Correlation of neighbouring residuals, corrected for the bias that fitting brings (Marriott
  /// and Pope 1954, with a share for each regressor).
  private static func correlation(_ regressors: Regressors, _ fit: SubsetFit) -> Double {
    let values = residuals(regressors, fit)
    let rows = regressors.rows
    var products = 0.0
    var squares = 0.0
    var pairs = 0.0
    for row in values.indices.dropFirst()
    where rows.indices[row] == rows.indices[row - 1] + 1 && rows.lives[row] == rows.lives[row - 1] {
      products += values[row] * values[row - 1]
      squares += (values[row] * values[row] + values[row - 1] * values[row - 1]) / 2
      pairs += 1
    }
    guard squares > 0, pairs > 3 else { return 0 }
    let raw = products / squares
    let corrected = raw + (1 + 3 * raw + Double(fit.columns.count)) / pairs
    return min(max(corrected, 0), highest)
  }

  /// Rows before which the values jump most, the largest first: medians of three on either side.
  private static func jumps(_ values: [Double], lives: [Int]) -> [Int] {
    let reach = 3
    guard values.count > 4 * reach else { return [] }
    var sizes: [(row: Int, size: Double)] = []
    for row in reach..<(values.count - reach) where lives[row - 1] == lives[row] {
      let before = median3(values[row - 3], values[row - 2], values[row - 1])
      let after = median3(values[row], values[row + 1], values[row + 2])
      sizes.append((row, abs(after - before)))
    }
    sizes.sort { $0.size > $1.size }
    var chosen: [Int] = []
    for candidate in sizes where !chosen.contains(where: { abs($0 - candidate.row) <= reach }) {
      chosen.append(candidate.row)
      if chosen.count == mostSteps { break }
    }
    return chosen
  }
}

private func median3(_ a: Double, _ b: Double, _ c: Double) -> Double {
  max(min(a, b), min(max(a, b), c))
}
