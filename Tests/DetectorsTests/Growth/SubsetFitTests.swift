import TestSupport
import Testing

@testable import Detectors

/// What is made faster in the regressions must not change a single bit of them.
struct SubsetFitTests {
  private static let rowCount = 41

  /// Columns of many sizes, some with zeros at their beginning as growth and steps have them.
  private func columns(_ count: Int, seed: UInt64) -> [[Double]] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { column in
      let size = Double.random(in: 0.01...100, using: &random)
      let start = column % 3 == 2 ? Int.random(in: 0..<Self.rowCount / 2, using: &random) : 0
      return (0..<Self.rowCount).map { row in
        row < start ? 0 : size * Double.random(in: -1...2, using: &random)
      }
    }
  }

  private func sum(_ one: [Double], _ other: [Double]) -> UInt64 {
    zip(one, other).reduce(0.0) { $0 + $1.0 * $1.1 }.bitPattern
  }

  /// - Parameter columns: the response is the first.
  private func expectSums(
    _ equations: NormalEquations, of columns: [[Double]], alternatives: Int = .max
  ) {
    let regressors = columns.dropFirst()
    #expect(equations.width == regressors.count)
    #expect(equations.responseSquare.bitPattern == sum(columns[0], columns[0]))
    for (i, one) in regressors.enumerated() {
      #expect(equations.product(withResponse: i).bitPattern == sum(one, columns[0]))
      for (j, other) in regressors.enumerated() where i == j || min(i, j) < alternatives {
        #expect(equations.product(i, j).bitPattern == sum(one, other))
      }
    }
  }

  @Test(arguments: 2...14) func productsHaveTheBitsOfPlainSums(count: Int) {
    let columns = columns(count, seed: UInt64(count))
    expectSums(NormalEquations(ColumnBlocks(columns)), of: columns)
    let alternatives = count / 2
    expectSums(
      NormalEquations(ColumnBlocks(columns), alternatives: alternatives), of: columns,
      alternatives: alternatives)
  }

  @Test(arguments: 2...9, 1...6) func columnsMayComeLater(first: Int, more: Int) {
    let columns = columns(first + more, seed: UInt64(10 * first + more))
    var blocks = ColumnBlocks(Array(columns.prefix(first)))
    let before = NormalEquations(blocks)
    blocks.append(columns[first...])
    expectSums(before.extended(to: blocks), of: columns)
  }

  @Test func whiteColumnsHaveTheBitsOfPlainArithmetic() {
    let columns = columns(6, seed: 3)
    var random = SeededGenerator(seed: 4)
    let weights = (0..<Self.rowCount).map { _ in Double.random(in: 0.5...1, using: &random) }
    var factors = weights.map { 1 - $0 * $0 }
    factors[0] = 0
    let white = columns.map { column in
      column.indices.map { row in
        (column[row] - factors[row] * (row > 0 ? column[row - 1] : 0)) * weights[row]
      }
    }
    expectSums(
      NormalEquations(ColumnBlocks(columns, factors: factors, weights: weights)), of: white)
  }

  /// Whatever was fitted before, the next fit is the one that stands alone.
  @Test(arguments: 1...8) func fitsDoNotDependOnTheOnesBefore(seed: UInt64) {
    var columns = columns(10, seed: seed)
    // A column that others make up is left out.
    columns.append(zip(columns[2], columns[3]).map { $0 + $1 })
    let equations = NormalEquations(ColumnBlocks(columns))
    let nonNegative = ColumnSet([1, 2, 4, 6, 7])
    var bound = LinearBound()
    for column in [0, 1, 5] { bound.set(column == 0 ? -1 : 1, of: column) }
    var random = SeededGenerator(seed: seed &+ 100)
    var solver = SubsetSolver(equations)
    var refused = 0
    for _ in 0..<60 {
      let wanted = (0..<equations.width).filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
      let bound = Bool.random(using: &random) ? bound : nil
      var alone = SubsetSolver(equations)
      solver.fit(wanted, nonNegative: nonNegative, bound: bound)
      alone.fit(wanted, nonNegative: nonNegative, bound: bound)
      let (fit, expected) = (solver.fit, alone.fit)
      #expect(fit.columns == expected.columns)
      #expect(fit.coefficients.map(\.bitPattern) == expected.coefficients.map(\.bitPattern))
      #expect(fit.residual.bitPattern == expected.residual.bitPattern)
      for column in fit.columns {
        #expect(fit.unitVariance(of: column) == expected.unitVariance(of: column))
      }
      refused += wanted.count - fit.columns.count
    }
    #expect(refused > 0)
  }

  @Test(arguments: 1...40) func aRankedValueIsTheSortedOnes(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    let values = (0..<count).map { _ in Double(Int.random(in: 0...12, using: &random)) }
    let sorted = values.sorted()
    for rank in values.indices { #expect(values.ranked(rank) == sorted[rank]) }
    #expect(values[...].upperMedian == sorted[count / 2])
  }
}
