/// Finds what holds the memory of a Node process, in one heap snapshot: the same search as over a JVM's dump.
///
/// V8's own nodes ("(GC roots)" and such) are no objects: what they hold lives by itself.
package struct SnapshotSuspects {
  private static let toldKinds = 5
  private static let toldSteps = 4

  private let holdings: SnapshotHoldings

  /// - Throws: where the snapshot is damaged, or too large for this.
  package init(_ bytes: Span<UInt8>) throws(ProfileFault) {
    holdings = try SnapshotHoldings(bytes)
  }

  /// - Parameters:
  ///   - bytes: of the same snapshot, which its names are read from.
  ///   - share: of the heap, from which on a part is a suspect.
  ///   - limit: how many suspects are given.
  package func found(
    _ bytes: Span<UInt8>, share: Double, limit: Int
  ) throws(ProfileFault) -> HeapSuspects {
    let graph = holdings.graph
    let tree = DominatorTree(graph.references())
    let retained = tree.retained { graph.size(of: Int($0)) }
    let search = SuspectSearch(tree: tree, retained: retained)
    let findings = search.findings(share: share, limit: limit)
    let sums = sums(search.groups(of: findings), tree, retained)
    let total = (0..<graph.nodeCount).reduce(Int64(0)) { $0 + graph.size(of: $1) }
    var suspects: [HeapSuspects.Suspect] = []
    for (index, finding) in findings.enumerated() {
      let nodes = finding.path.map { Int(tree.objects[$0]) }
      suspects.append(
        HeapSuspects.Suspect(
          bytes: finding.bytes, path: try path(nodes, bytes),
          root: try nodes.first.map { node throws(ProfileFault) in try root(of: node, bytes) }
            ?? "",
          members: try told(sums[SuspectGroup.members(index)] ?? [:], bytes),
          contents: try told(sums[SuspectGroup.contents(index)] ?? [:], bytes)))
    }
    return HeapSuspects(
      kind: .nodeSnapshot, takenAt: nil, bytes: total, objects: graph.nodeCount,
      unreachableBytes: total - retained[0], suspects: suspects)
  }

  // MARK: What a suspect holds

  /// Nodes of one type, and of one name where that tells them apart.
  private struct Kind: Hashable {
    var type: String
    /// Of the strings; −1 where the type alone says it.
    var name: Int64
  }

  private struct Sum {
    var count = 0
    var bytes: Int64 = 0
  }

  private func sums(
    _ groups: ContiguousArray<UInt16>, _ tree: DominatorTree, _ retained: ContiguousArray<Int64>
  ) -> [UInt16: [Kind: Sum]] {
    var sums: [UInt16: [Kind: Sum]] = [:]
    for number in groups.indices.dropFirst() where groups[number] > 0 {
      let node = Int(tree.objects[number])
      let type = holdings.graph.type(of: node)
      let name = SnapshotNames.isNamed(type) ? holdings.graph.name(of: node) : -1
      let kind = Kind(type: type, name: name)
      sums[groups[number], default: [:]][kind, default: Sum()].count += 1
      sums[groups[number], default: [:]][kind, default: Sum()].bytes += retained[number]
    }
    return sums
  }

  private func told(
    _ sums: [Kind: Sum], _ bytes: Span<UInt8>
  ) throws(ProfileFault) -> [HeapSuspects.Members] {
    // Before names are looked up, which costs more than a comparison.
    let largest = sums.sorted {
      ($1.value.bytes, $0.key.type, $0.key.name) < ($0.value.bytes, $1.key.type, $1.key.name)
    }
    var all: [HeapSuspects.Members] = []
    for (kind, sum) in largest.prefix(Self.toldKinds) {
      let text = kind.name < 0 ? "" : try holdings.strings.text(kind.name, bytes)
      all.append(
        HeapSuspects.Members(
          name: ParseError.printable(SnapshotNames.constructor(kind.type, text)), count: sum.count,
          bytes: sum.bytes))
    }
    return all
  }

  // MARK: The way to it

  private func path(
    _ nodes: [Int], _ bytes: Span<UInt8>
  ) throws(ProfileFault) -> [HeapSuspects.Step] {
    var steps: [HeapSuspects.Step] = []
    for (position, node) in nodes.enumerated() {
      var field: String?
      if position + 1 < nodes.count,
        let edge = holdings.graph.edge(from: node, to: nodes[position + 1])
      {
        field = try holdings.label(of: edge, bytes)
      }
      steps.append(
        HeapSuspects.Step(
          name: ParseError.printable(try holdings.title(of: node, bytes)),
          field: field.map(ParseError.printable)))
    }
    return steps
  }

  /// The shortest way to it from what lives by itself, the innermost first: many may lead to it.
  private func root(of node: Int, _ bytes: Span<UInt8>) throws(ProfileFault) -> String {
    try holdings.way(to: node, bytes).prefix(Self.toldSteps).joined(separator: ", ")
  }
}
