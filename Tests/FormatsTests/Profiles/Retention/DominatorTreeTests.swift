import Testing

@testable import Formats

@Suite("Dominators") struct DominatorTreeTests {
  private static func graph(_ edges: [[Int]], roots: [Int]) -> ReferenceGraph {
    var graph = ReferenceGraph(objects: edges.count, references: edges.reduce(0) { $0 + $1.count })
    for (object, targets) in edges.enumerated() {
      graph.begin(UInt32(object))
      for target in targets { graph.add(UInt32(target)) }
      graph.finish()
    }
    graph.roots = roots.map(UInt32.init)
    return graph
  }

  /// The dominator of each object; −1 for what is above all roots, nil where no root leads.
  private static func dominators(_ edges: [[Int]], roots: [Int]) -> [Int?] {
    let tree = DominatorTree(graph(edges, roots: roots))
    var result = [Int?](repeating: nil, count: edges.count)
    for number in tree.objects.indices.dropFirst() {
      let above = Int(tree.dominators[number])
      result[Int(tree.objects[number])] = above == 0 ? -1 : Int(tree.objects[above])
    }
    return result
  }

  /// By the definition: one after the other is taken out, and what is not reached any more was
  /// dominated by it.
  private static func byDefinition(_ edges: [[Int]], roots: [Int]) -> [Int?] {
    func reached(without removed: Int?) -> Set<Int> {
      var seen: Set<Int> = []
      var waiting = roots
      while let object = waiting.popLast() {
        if object == removed || !seen.insert(object).inserted { continue }
        waiting += edges[object]
      }
      return seen
    }
    let all = reached(without: nil)
    var above = [Set<Int>](repeating: [], count: edges.count)
    for object in all {
      for other in all.subtracting(reached(without: object)) where other != object {
        above[other].insert(object)
      }
    }
    // The nearest of them is the one that all others dominate.
    return edges.indices.map { object in
      guard all.contains(object) else { return nil }
      return above[object].max { above[$0].count < above[$1].count } ?? -1
    }
  }

  @Test("Of two ways to an object neither holds it, of one way its last object does")
  func diamond() {
    #expect(
      Self.dominators([[1, 2], [3], [3], [4], []], roots: [0]) == [-1, 0, 0, 0, 3])
  }

  @Test("The graph that Lengauer and Tarjan draw")
  func fromThePaper() {
    // R A B C D E F G H I J K L
    let edges = [
      [1, 2, 3], [4], [1, 4, 5], [6, 7], [12], [8], [9], [9, 10], [5, 11], [11], [9], [0, 9], [8],
    ]
    #expect(Self.dominators(edges, roots: [0]) == [-1, 0, 0, 0, 0, 0, 3, 3, 0, 0, 7, 0, 4])
  }

  @Test("Random graphs, against the definition")
  func random() {
    var generator = SplitMix(state: 41)
    for _ in 0..<400 {
      let count = Int.random(in: 1...24, using: &generator)
      let edges = (0..<count).map { _ in
        (0..<Int.random(in: 0...3, using: &generator)).map { _ in
          Int.random(in: 0..<count, using: &generator)
        }
      }
      let roots = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
        Int.random(in: 0..<count, using: &generator)
      }
      #expect(
        Self.dominators(edges, roots: roots) == Self.byDefinition(edges, roots: roots),
        "\(edges) from \(roots)")
    }
  }

  @Test("A list of a million objects that share one, walked without recursion")
  func longList() {
    let count = 1_000_000
    var graph = ReferenceGraph(objects: count + 1, references: 2 * count)
    for object in 0..<count {
      graph.begin(UInt32(object))
      if object + 1 < count { graph.add(UInt32(object + 1)) }
      graph.add(UInt32(count))
      graph.finish()
    }
    graph.roots = [0]
    let tree = DominatorTree(graph)
    #expect(tree.objects.count == count + 2)
    // The shared one comes last in the walk, and the head of the list holds it.
    #expect(tree.objects[Int(count + 1)] == UInt32(count))
    #expect(tree.dominators[Int(count + 1)] == 1)
    #expect(tree.retained { _ in 8 }[1] == Int64(count + 1) * 8)
  }

  @Test("A set counts its members before each position")
  func rankedSet() {
    var set = RankedSet(positions: 300)
    let members = [0, 1, 63, 64, 130, 299]
    for member in members { set.insert(member) }
    #expect(set.rank() == members.count)
    for (rank, member) in members.enumerated() {
      #expect(set.rank(of: member) == UInt32(rank))
      #expect(set.position(ofRank: UInt32(rank)) == member)
    }
    #expect(set.rank(of: 2) == nil)
  }
}
