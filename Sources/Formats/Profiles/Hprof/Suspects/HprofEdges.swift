/// The third pass: the graph of what is left.
struct HprofEdges: HprofLinkSink {
  private let members: RankedSet
  private var isInner = false
  private var current: UInt32 = 0
  private(set) var graph: ReferenceGraph

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
}
