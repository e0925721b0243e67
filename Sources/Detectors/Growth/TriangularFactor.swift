/// Lower triangle L of XᵀX = L·Lᵀ, row behind row. What lies behind the rows that were begun last
/// says nothing.
struct TriangularFactor {
  private var elements: [Double] = []

  private static func start(_ row: Int) -> Int { row * (row + 1) / 2 }

  subscript(row: Int, column: Int) -> Double { elements[Self.start(row) + column] }

  /// Makes room for a row, whose elements then follow one another.
  mutating func begin(_ row: Int) {
    let end = Self.start(row + 1)
    if elements.count < end {
      elements.append(contentsOf: repeatElement(0, count: Self.start(row + 8) - elements.count))
    }
  }

  /// Works out the element of `row` at `column` from that of XᵀX, and returns it.
  mutating func eliminate(_ product: Double, _ row: Int, _ column: Int) -> Double {
    let (start, above) = (Self.start(row), Self.start(column))
    var value = product
    for k in 0..<column { value -= elements[start + k] * elements[above + k] }
    value /= elements[above + column]
    elements[start + column] = value
    return value
  }

  mutating func end(_ row: Int, diagonal: Double) { elements[Self.start(row) + row] = diagonal }

  /// L⁻¹·v in place of v.
  func substitute(_ values: inout [Double]) {
    for i in values.indices {
      let start = Self.start(i)
      var value = values[i]
      for k in 0..<i { value -= elements[start + k] * values[k] }
      values[i] = value / elements[start + i]
    }
  }

  /// L⁻ᵀ·v in place of v.
  func substituteBack(_ values: inout [Double]) {
    for i in values.indices.reversed() {
      var value = values[i]
      var place = Self.start(i) + i
      let diagonal = elements[place]
      for k in (i + 1)..<max(i + 1, values.count) {
        place += k
        value -= elements[place] * values[k]
      }
      values[i] = value / diagonal
    }
  }
}
