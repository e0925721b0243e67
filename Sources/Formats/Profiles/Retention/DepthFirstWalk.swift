/// Numbers the objects that the roots lead to, each before what it leads to; number 0 is above all
/// roots.
struct DepthFirstWalk {
  /// Number to object; of 0 nothing is meant.
  private(set) var objects: ContiguousArray<UInt32> = [0]
  /// Object to number; 0 where no root leads to it.
  private var numbers: ContiguousArray<UInt32>
  /// Number to the number of the object from which it was reached.
  private var parents: ContiguousArray<UInt32> = [0]

  init(_ graph: borrowing ReferenceGraph) {
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
    _ object: UInt32, from source: UInt32, _ graph: borrowing ReferenceGraph,
    _ places: inout [(number: UInt32, next: Int)]
  ) {
    guard numbers[Int(object)] == 0 else { return }
    let number = UInt32(objects.count)
    numbers[Int(object)] = number
    objects.append(object)
    parents.append(source)
    places.append((number, graph.start(of: object)))
  }

  /// Both are large: whoever takes them is the only one to hold them.
  mutating func takeNumbers() -> ContiguousArray<UInt32> { exchange(&numbers, with: []) }
  mutating func takeParents() -> ContiguousArray<UInt32> { exchange(&parents, with: []) }
}
