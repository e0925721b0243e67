import Testing

@testable import Storage

@Suite struct RowRunsTests {
  @Test(arguments: [
    ([Int64](), [ClosedRange<Int64>]()),
    ([7], [7...7]),
    ([3, 1, 2], [1...3]),
    ([9, 1, 2, 5, 4], [1...2, 4...5, 9...9]),
    ([Int64.max, Int64.max - 1], [(Int64.max - 1)...Int64.max]),
  ])
  func aRunHasNoGap(numbers: [Int64], runs: [ClosedRange<Int64>]) {
    #expect(Array(RowRuns(numbers)) == runs)
  }
}
