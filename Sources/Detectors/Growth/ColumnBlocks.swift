/// Columns of equal length, four side by side, so that one instruction works on several of them.
///
/// Every sum runs over the rows in their order, one sum a lane: it has the same bits as the sum of
/// a column alone.
struct ColumnBlocks {
  static let lanes = 4

  /// Columns; lanes behind the last are zero.
  private(set) var count = 0
  let rowCount: Int
  private(set) var blocks: [[SIMD4<Double>]] = []

  /// Columns made white: of each row the row before it times `factors` is taken away, and what is
  /// left is multiplied by `weights`.
  ///
  /// - Parameters:
  ///   - columns: at least one.
  ///   - factors: 0 in the first row.
  init(_ columns: [[Double]], factors: [Double], weights: [Double]) {
    rowCount = factors.count
    for start in stride(from: 0, to: columns.count, by: Self.lanes) {
      var block = Self.block(columns[start...].prefix(Self.lanes), rowCount)
      var before = SIMD4<Double>.zero
      for row in block.indices {
        let values = block[row]
        block[row] = (values - before * factors[row]) * weights[row]
        before = values
      }
      blocks.append(block)
    }
    count = columns.count
  }

  /// Columns as they are.
  init(_ columns: [[Double]]) {
    rowCount = columns.first?.count ?? 0
    append(columns[...])
  }

  mutating func append(_ columns: ArraySlice<[Double]>) {
    var columns = columns
    while count % Self.lanes != 0, let column = columns.popFirst() {
      for row in column.indices { blocks[blocks.count - 1][row][count % Self.lanes] = column[row] }
      count += 1
    }
    while !columns.isEmpty {
      let next = columns.prefix(Self.lanes)
      blocks.append(Self.block(next, rowCount))
      count += next.count
      columns = columns.dropFirst(Self.lanes)
    }
  }

  private static func block(
    _ columns: ArraySlice<[Double]>, _ rowCount: Int
  ) -> [SIMD4<Double>] {
    var block = [SIMD4<Double>](repeating: .zero, count: rowCount)
    guard columns.count == lanes else {
      for (lane, column) in columns.enumerated() {
        for row in block.indices { block[row][lane] = column[row] }
      }
      return block
    }
    let first = columns.startIndex
    let (a, b, c, d) = (
      columns[first], columns[first + 1], columns[first + 2], columns[first + 3]
    )
    for row in block.indices { block[row] = SIMD4(a[row], b[row], c[row], d[row]) }
    return block
  }

  /// Σ over all rows of each column of one block times each of another: for a column of `left` the
  /// sums with those of `right`.
  func products(
    _ left: Int, _ right: Int
  ) -> (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>, SIMD4<Double>) {
    var (first, second, third, fourth) = (
      SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero
    )
    let (left, right) = (blocks[left], blocks[right])
    for row in 0..<min(left.count, right.count) {
      let (x, y) = (left[row], right[row])
      first += y * x[0]
      second += y * x[1]
      third += y * x[2]
      fourth += y * x[3]
    }
    return (first, second, third, fourth)
  }

  /// Σ of the squares of each column of a block.
  func squares(_ block: Int) -> SIMD4<Double> {
    var sums = SIMD4<Double>.zero
    for values in blocks[block] { sums += values * values }
    return sums
  }
}
