/// The third pass: the graph of what is left.
struct HprofEdges: HprofLinkSink {
  private let members: RankedSet
  private var isInner = false
  private var current: UInt32 = 0
  private var graph: ReferenceGraph

  init(_ inner: HprofInner) {
    members = inner.members
    graph = ReferenceGraph(objects: inner.count, references: inner.references)
  }

  func wants(_ place: Int) -> Bool { members.contains(place) }

  mutating func begin(_ place: Int, _ kind: HprofKind, bytes: Int) {
    guard let rank = members.rank(of: place) else {
      isInner = false
      return
    }
    isInner = true
    current = rank
    graph.begin(rank)
  }

  mutating func refer(to place: Int, name: UInt64?) {
    guard isInner, let target = members.rank(of: place), target != current else { return }
    graph.add(target)
  }

  mutating func finish() {
    if isInner { graph.finish() }
  }

  /// It is large: whoever takes it is the only one to hold it.
  mutating func takeGraph() -> ReferenceGraph {
    exchange(&graph, with: ReferenceGraph(objects: 0, references: 0))
  }
}
