extension Collection<Double> {
  /// The middle value; the upper of the two middle ones where their count is even, so that it is
  /// one of the values. The collection is not empty.
  var upperMedian: Double { ranked(count / 2) }

  /// The value that would stand at `rank` if all were sorted, found without sorting them all
  /// (C. A. R. Hoare, "Algorithm 65: Find", 1961).
  ///
  /// - Precondition: `rank` is in `0 ..< count`, and no value is NaN.
  func ranked(_ rank: Int) -> Double {
    var values = Array(self)
    var low = 0
    var high = values.count - 1
    while low < high {
      let pivot = values[low + (high - low) / 2]
      var left = low
      var right = high
      while left <= right {
        while values[left] < pivot { left += 1 }
        while values[right] > pivot { right -= 1 }
        guard left <= right else { break }
        values.swapAt(left, right)
        left += 1
        right -= 1
      }
      if rank <= right {
        high = right
      } else if rank >= left {
        low = left
      } else {
        break
      }
    }
    return values[rank]
  }
}
