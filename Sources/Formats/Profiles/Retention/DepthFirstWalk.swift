/// Numbers the objects that the roots lead to, each before what it leads to; number 0 is above all
/// roots.
struct DepthFirstWalk {
  /// Number to object; of 0 nothing is meant.
  private(set) var objects: ContiguousArray<UInt32> = [0]
  /// Object to number; 0 where no root leads to it.
  private(set) var numbers: ContiguousArray<UInt32>
  /// Number to the number of the object from which it was reached.
  private(set) var parents: ContiguousArray<UInt32> = [0]
  /// Number to the lowest number that refers to it among those that are lower than its own.
  private(set) var earliest: ContiguousArray<UInt32> = [0]

  init(_ graph: ReferenceGraph) {
    numbers = ContiguousArray(repeating: 0, count: graph.count)
    // Where to go on with each object on the way.
    var places: [(number: UInt32, next: Int)] = []
    for root in graph.roots {
      visit(root, from: 0, graph, &places)
      while let top = places.last {
        guard let target = graph.target(at: top.next) else {
          places.removeLast()
          continue
        }
        places[places.count - 1].next += 1
        visit(target, from: top.number, graph, &places)
      }
    }
  }

  private mutating func visit(
    _ object: UInt32, from source: UInt32, _ graph: ReferenceGraph,
    _ places: inout [(number: UInt32, next: Int)]
  ) {
    let known = Int(numbers[Int(object)])
    if known > 0 {
      earliest[known] = min(earliest[known], source)
      return
    }
    let number = UInt32(objects.count)
    numbers[Int(object)] = number
    objects.append(object)
    parents.append(source)
    earliest.append(source)
    places.append((number, graph.start(of: object)))
  }
}

/// The references that lead to a lower number than their own, by the one that they lead to. The others
/// are known from the walk: a semidominator needs but the lowest of them.
struct LateLinks {
  private var starts: ContiguousArray<UInt32>
  private var list: ContiguousArray<UInt32>

  init(_ graph: ReferenceGraph, _ walk: DepthFirstWalk) {
    var counts = ContiguousArray<UInt32>(repeating: 0, count: walk.objects.count + 1)
    Self.forEach(graph, walk) { _, target in counts[target + 1] += 1 }
    for number in counts.indices.dropFirst() { counts[number] += counts[number - 1] }
    starts = counts
    list = ContiguousArray(repeating: 0, count: Int(counts[counts.count - 1]))
    var places = counts
    Self.forEach(graph, walk) { source, target in
      list[Int(places[target])] = source
      places[target] += 1
    }
  }

  private static func forEach(
    _ graph: ReferenceGraph, _ walk: DepthFirstWalk, _ body: (UInt32, Int) -> Void
  ) {
    for number in walk.objects.indices.dropFirst() {
      var place = graph.start(of: walk.objects[number])
      while let target = graph.target(at: place) {
        let reached = Int(walk.numbers[Int(target)])
        if number > reached { body(UInt32(number), reached) }
        place += 1
      }
    }
  }

  func sources(of number: Int) -> ArraySlice<UInt32> {
    ArraySlice(list[Int(starts[number])..<Int(starts[number + 1])])
  }

  mutating func discard() {
    starts = []
    list = []
  }
}
