import Testing
import TimeSeries

@Suite struct ShardTests {
  /// What Python computes from the definition: every instance, of whatever version, must agree.
  @Test(arguments: [
    ("api", [1, 2, 2, 9, 653]), ("web", [1, 2, 2, 8, 818]), ("payments/web", [1, 1, 1, 7, 443]),
    ("naïve", [1, 1, 3, 3, 418]), ("", [1, 2, 2, 2, 500]),
    ("postgresql@15-main", [1, 2, 2, 2, 108]),
  ])
  func theChoiceNeverChanges(name: String, expected: [Int]) throws {
    for (count, index) in zip([1, 2, 3, 10, 1000], expected) {
      #expect(try #require(Shard(index: index, count: count)).contains(name))
    }
  }

  private static let names = (0..<10_000).map { "team-\($0 % 37)/service-\($0)" }

  private func instance(of name: String, among count: Int) throws -> Int {
    let instances = try (1...count).filter { index in
      try #require(Shard(index: index, count: count)).contains(name)
    }
    #expect(instances.count == 1)
    return instances[0]
  }

  @Test(arguments: [1, 2, 3, 7])
  func everyServiceIsInExactlyOneShardAndShardsAreEven(count: Int) throws {
    var sizes: [Int: Int] = [:]
    for name in Self.names { sizes[try instance(of: name, among: count), default: 0] += 1 }
    #expect(sizes.count == count)
    let share = Double(Self.names.count) / Double(count)
    for size in sizes.values { #expect(abs(Double(size) - share) < share / 10) }
  }

  @Test func anInstanceMoreMovesItsOwnShareAlone() throws {
    var moved = 0
    for name in Self.names {
      let (before, after) = (try instance(of: name, among: 3), try instance(of: name, among: 4))
      if before != after {
        #expect(after == 4)
        moved += 1
      }
    }
    #expect((2200...2800).contains(moved))
  }

  @Test func outsideOfItsCountIsNoShard() {
    for (index, count) in [(0, 3), (4, 3), (1, 0), (-1, 1)] {
      #expect(Shard(index: index, count: count) == nil)
    }
    #expect(Shard(index: 2, count: 3)?.description == "2/3")
  }
}
