/// Ranks, ties and medians: what the rank statistics share.
enum Ranks {
  /// Sizes of the groups of equal values, singles left out.
  static func tieSizes(_ values: [Double]) -> [Int] {
    var sizes: [Int] = []
    forEachGroup(of: values.sorted()) { group in
      if group.count > 1 { sizes.append(group.count) }
    }
    return sizes
  }

  /// Ranks from 1 on; equal values share the mean of theirs.
  static func midranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    forEachGroup(of: order.map { values[$0] }) { group in
      let rank = Double(group.lowerBound + group.upperBound + 1) / 2
      for place in group { ranks[order[place]] = rank }
    }
    return ranks
  }

  /// The median of values in order; the mean of the middle two where their count is even.
  static func median(ofSorted values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let middle = values.count / 2
    if values.count % 2 == 1 { return values[middle] }
    return (values[middle - 1] + values[middle]) / 2
  }

  /// Variance of Kendall's S for `count` values with ties in the values and in what they are
  /// ranked against (P. K. Sen 1968, equation 2.6).
  static func varianceOfS(count: Int, ties: [[Int]]) -> Double {
    func term(_ size: Int) -> Double {
      let k = Double(size)
      return k * (k - 1) * (2 * k + 5)
    }
    return (term(count) - ties.joined().map(term).reduce(0, +)) / 18
  }

  private static func forEachGroup(of sorted: [Double], _ body: (Range<Int>) -> Void) {
    var start = 0
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      body(start..<end)
      start = end
    }
  }
}
