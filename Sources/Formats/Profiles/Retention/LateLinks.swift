/// The references that lead to a lower number than their own, by the one that they lead to. Of the
/// others a semidominator needs but the lowest. They are few in most heaps, so that the objects that
/// have some are a set, and only these have a list.
struct LateLinks {
  private var targets: RankedSet
  /// By the rank of the target; one more than there are.
  private var starts: ContiguousArray<UInt32>
  private var sources: ContiguousArray<UInt32>
  /// Number to the lowest number that refers to it among those that are lower than its own.
  private var earliest: ContiguousArray<UInt32>

  /// - Parameters:
  ///   - graph: with numbers in place of its targets.
  ///   - objects: number to object.
  init(_ graph: borrowing ReferenceGraph, objects: ContiguousArray<UInt32>) {
    var earliest = ContiguousArray(repeating: UInt32.max, count: objects.count)
    for root in graph.roots { earliest[Int(root)] = 0 }
    var targets = RankedSet(positions: objects.count)
    Self.forEach(graph, objects) { source, target in
      // Sources come in their order, so the first is the lowest.
      if source < target {
        if earliest[Int(target)] == .max { earliest[Int(target)] = source }
      } else {
        targets.insert(Int(target))
      }
    }
    var starts = ContiguousArray<UInt32>(repeating: 0, count: targets.rank() + 1)
    Self.forEachLate(graph, objects, targets) { _, rank in starts[Int(rank) + 1] += 1 }
    for rank in starts.indices.dropFirst() { starts[rank] += starts[rank - 1] }
    var sources = ContiguousArray<UInt32>(repeating: 0, count: Int(starts[starts.count - 1]))
    var places = starts
    Self.forEachLate(graph, objects, targets) { source, rank in
      sources[Int(places[Int(rank)])] = source
      places[Int(rank)] += 1
    }
    self.targets = targets
    self.starts = starts
    self.sources = sources
    self.earliest = earliest
  }

  private static func forEach(
    _ graph: borrowing ReferenceGraph, _ objects: ContiguousArray<UInt32>,
    _ body: (UInt32, UInt32) -> Void
  ) {
    for number in objects.indices.dropFirst() {
      var place = graph.start(of: objects[number])
      while let target = graph.target(at: place) {
        body(UInt32(number), target)
        place += 1
      }
    }
  }

  private static func forEachLate(
    _ graph: borrowing ReferenceGraph, _ objects: ContiguousArray<UInt32>, _ targets: RankedSet,
    _ body: (UInt32, UInt32) -> Void
  ) {
    forEach(graph, objects) { source, target in
      if source > target, let rank = targets.rank(of: Int(target)) { body(source, rank) }
    }
  }

  func sources(of number: Int) -> ArraySlice<UInt32> {
    guard let rank = targets.rank(of: number) else { return [] }
    return ArraySlice(sources[Int(starts[Int(rank)])..<Int(starts[Int(rank) + 1])])
  }

  mutating func takeEarliest() -> ContiguousArray<UInt32> { exchange(&earliest, with: []) }
}
