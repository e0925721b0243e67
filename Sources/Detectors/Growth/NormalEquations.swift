/// Sums of products of a window's regressors and its response over all rows: enough to fit any
/// subset of the regressors by least squares without seeing the rows again.
///
/// One pass over a window serves all explanations that are compared on it.
struct NormalEquations {
  /// Regressors.
  private(set) var width = 0
  let rowCount: Int
  /// From this regressor on no two take part in one fit: their products are left out.
  private let alternatives: Int?
  /// The response and the regressors behind it, row by row of the matrix, `stride` apart. Of a pair
  /// the first column's row has the product for certain.
  private var products: [Double] = []
  private var stride = 0

  /// - Parameter alternatives: from this regressor on no two are fitted together.
  init(_ columns: ColumnBlocks, alternatives: Int? = nil) {
    rowCount = columns.rowCount
    self.alternatives = alternatives
    add(columns, from: 0)
  }

  /// With the regressors that `columns` has behind those that are known.
  func extended(to columns: ColumnBlocks) -> NormalEquations {
    var copy = self
    copy.add(columns, from: (width + 1) / ColumnBlocks.lanes)
    return copy
  }

  /// Σ x_i·x_j of two regressors.
  func product(_ i: Int, _ j: Int) -> Double {
    let (first, second) = (min(i, j) + 1, max(i, j) + 1)
    return products[first * stride + second]
  }

  /// Σ x·y of a regressor and the response, and Σ y² of the response alone.
  func product(withResponse column: Int) -> Double { products[column + 1] }
  var responseSquare: Double { products[0] }

  /// Works out the products of the blocks from `first` on with one another and with all before.
  private mutating func add(_ columns: ColumnBlocks, from first: Int) {
    let count = columns.blocks.count
    widen(to: count * ColumnBlocks.lanes)
    width = columns.count - 1
    // The response stands before the regressors.
    let together = alternatives.map { $0 / ColumnBlocks.lanes + 1 } ?? count
    for right in first..<count {
      for left in 0..<min(right + 1, together) {
        let sums = columns.products(left, right)
        for (lane, row) in [sums.0, sums.1, sums.2, sums.3].enumerated() {
          set(row, left * ColumnBlocks.lanes + lane, right)
        }
      }
      guard right >= together else { continue }
      let squares = columns.squares(right)
      for lane in 0..<ColumnBlocks.lanes {
        let place = right * ColumnBlocks.lanes + lane
        products[place * stride + place] = squares[lane]
      }
    }
  }

  private mutating func set(_ row: SIMD4<Double>, _ place: Int, _ block: Int) {
    let start = place * stride + block * ColumnBlocks.lanes
    for lane in 0..<ColumnBlocks.lanes { products[start + lane] = row[lane] }
  }

  private mutating func widen(to size: Int) {
    guard size > stride else { return }
    var wider = [Double](repeating: 0, count: size * size)
    for row in 0..<stride {
      for place in 0..<stride { wider[row * size + place] = products[row * stride + place] }
    }
    (products, stride) = (wider, size)
  }
}
