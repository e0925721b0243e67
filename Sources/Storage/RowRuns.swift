/// Numbers of rows in as few runs as they make, each without a gap: what arrives in order goes in one
/// statement.
struct RowRuns: Sequence, IteratorProtocol {
  /// Rising.
  private let numbers: [Int64]
  private var position = 0

  /// - Parameter numbers: in any order, each once.
  init(_ numbers: [Int64]) { self.numbers = numbers.sorted() }

  mutating func next() -> ClosedRange<Int64>? {
    guard position < numbers.count else { return nil }
    let first = numbers[position]
    var last = first
    position += 1
    while position < numbers.count, numbers[position] == last + 1 {
      last += 1
      position += 1
    }
    return first...last
  }
}
