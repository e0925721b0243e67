/// Numbers of rows as runs without a gap, each taken by one statement: what was queued together is
/// delivered together, hundreds of rows side by side.
struct RowRuns: Sequence, IteratorProtocol {
  private let numbers: [Int64]
  private var place = 0

  init(_ numbers: [Int64]) { self.numbers = numbers.sorted() }

  mutating func next() -> ClosedRange<Int64>? {
    guard place < numbers.count else { return nil }
    let first = numbers[place]
    var last = first
    place += 1
    while place < numbers.count, numbers[place] <= last + 1 {
      last = numbers[place]
      place += 1
    }
    return first...last
  }
}
