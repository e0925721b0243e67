/// Who keeps whom alive: the dominator of an object is the last one through which every path from the
/// roots leads to it. If the dominator went, the object would go with it.
///
/// Lengauer and Tarjan 1979, "A fast algorithm for finding dominators in a flowgraph", the simpler of
/// their two versions: O(m log n) for n objects and m references. The recursion is unrolled: a linked
/// list is a path of a million objects.
struct DominatorTree {
  /// Objects are known by their number in a depth-first walk, from 1; 0 stands above all roots.
  /// Number to object.
  let objects: ContiguousArray<UInt32>
  /// Number to the number of the dominator, which is always lower.
  let dominators: ContiguousArray<UInt32>

  /// Objects that no root leads to have no number.
  init(_ graph: consuming ReferenceGraph) {
    var walk = DepthFirstWalk(graph)
    graph.renumber(walk.takeNumbers())
    objects = walk.objects
    var parents = walk.takeParents()
    var links = LateLinks(graph, objects: objects)
    _ = consume graph
    var semi = links.takeEarliest()
    let count = parents.count
    var labels = ContiguousArray(0..<UInt32(count))
    // Of a number whose dominator is not known yet: the next in the bucket of the same semidominator.
    var dominators = ContiguousArray<UInt32>(repeating: 0, count: count)
    var buckets = ContiguousArray<UInt32>(repeating: 0, count: count)
    var path: [Int] = []
    for number in stride(from: count - 1, to: 0, by: -1) {
      for source in links.sources(of: number) {
        let label = Self.label(
          Int(source), linkedFrom: number, &parents, &labels, semi, &path)
        semi[number] = min(semi[number], semi[Int(label)])
      }
      let bucket = Int(semi[number])
      dominators[number] = buckets[bucket]
      buckets[bucket] = UInt32(number)
      let parent = Int(parents[number])
      var member = Int(buckets[parent])
      buckets[parent] = 0
      while member != 0 {
        let next = Int(dominators[member])
        let label = Self.label(member, linkedFrom: number - 1, &parents, &labels, semi, &path)
        dominators[member] = semi[Int(label)] < semi[member] ? label : UInt32(parent)
        member = next
      }
    }
    for number in 1..<max(1, count) where dominators[number] != semi[number] {
      dominators[number] = dominators[Int(dominators[number])]
    }
    self.dominators = dominators
  }

  /// Of the numbers on the way up to the last one that is linked, the one with the least
  /// semidominator; the way is made shorter for the next time.
  ///
  /// - Parameter linkedFrom: numbers above this are linked to their parents.
  private static func label(
    _ number: Int, linkedFrom bound: Int, _ ancestors: inout ContiguousArray<UInt32>,
    _ labels: inout ContiguousArray<UInt32>, _ semi: ContiguousArray<UInt32>, _ path: inout [Int]
  ) -> UInt32 {
    guard number > bound else { return labels[number] }
    path.removeAll(keepingCapacity: true)
    var current = number
    while Int(ancestors[current]) > bound {
      path.append(current)
      current = Int(ancestors[current])
    }
    // `current` is the topmost that is linked: its ancestor is not.
    for number in path.reversed() {
      let above = Int(ancestors[number])
      if semi[Int(labels[above])] < semi[Int(labels[number])] { labels[number] = labels[above] }
      ancestors[number] = ancestors[current]
    }
    return labels[number]
  }

  /// By number: the weights of an object and of all that it dominates; of 0 the sum of all.
  func retained(_ weight: (UInt32) -> Int64) -> ContiguousArray<Int64> {
    var retained = ContiguousArray<Int64>(repeating: 0, count: dominators.count)
    for number in stride(from: dominators.count - 1, to: 0, by: -1) {
      retained[number] += weight(objects[number])
      retained[Int(dominators[number])] += retained[number]
    }
    return retained
  }
}
