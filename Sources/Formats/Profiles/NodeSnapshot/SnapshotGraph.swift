/// Nodes and edges of a heap snapshot, and from each node the way back to what holds it: the shortest,
/// from the program's own roots where there is one. Weak edges hold nothing.
///
/// Memory: 21 bytes a node and 8 an edge, so the number of both is bounded.
struct SnapshotGraph {
  private static let mostNodes = 4_000_000
  private static let mostEdges = 14_000_000
  private static let nowhere = UInt32.max
  /// Types of edges have three bits beside an index of 29.
  private static let indexBits: UInt32 = 29

  struct Edge {
    var type: Int
    /// Of the strings where the type is a name's, else a position.
    var nameOrIndex: Int64
  }

  private let layout: SnapshotLayout
  private var types: [UInt8] = []
  private var names: [UInt32] = []
  private var sizes: [UInt32] = []
  private var firstEdges: [UInt32] = [0]
  private var targets: [UInt32] = []
  private var labels: [UInt32] = []
  private var parents: [UInt32] = []
  private var parentEdges: [UInt32] = []

  init(_ layout: SnapshotLayout) {
    self.layout = layout
  }

  var nodeCount: Int { types.count }
  /// Both nodes and edges were read.
  var hasHolders: Bool { !parents.isEmpty }
  func type(of node: Int) -> String { layout.typeName(Int64(types[node])) ?? "" }
  /// Of the strings.
  func name(of node: Int) -> Int64 { Int64(names[node]) }
  /// Bytes of the node alone.
  func size(of node: Int) -> Int64 { Int64(sizes[node]) }
  func edgeType(_ edge: Edge) -> String {
    edge.type < layout.edgeTypes.count ? layout.edgeTypes[edge.type] : ""
  }

  /// What holds `node`, and by which edge; nil for a root and for what nothing holds.
  func holder(of node: Int) -> (node: Int, edge: Edge)? {
    let parent = parents[node]
    guard parent != Self.nowhere, Int(parent) != node else { return nil }
    return (Int(parent), edge(Int(parentEdges[node])))
  }

  private func edge(_ place: Int) -> Edge {
    let label = labels[place]
    let index = label & (1 << Self.indexBits - 1)
    return Edge(type: Int(label >> Self.indexBits), nameOrIndex: Int64(index))
  }

  private func isWeak(_ place: Int) -> Bool { edgeType(edge(place)) == "weak" }

  /// The first by which one refers to the other, weak ones left out; nil where none does.
  func edge(from node: Int, to target: Int) -> Edge? {
    edges(of: node).first { Int(targets[$0]) == target && !isWeak($0) }.map(edge)
  }

  /// What refers to what, for who asks what would go with an object. V8's own nodes are left out, and what they
  /// refer to is a root.
  func references() -> ReferenceGraph {
    var graph = ReferenceGraph(objects: types.count, references: targets.count)
    let synthetic = Set(
      (0..<types.count).filter { $0 == 0 || type(of: $0) == "synthetic" }.map(UInt32.init))
    var roots: Set<UInt32> = []
    for node in 0..<types.count {
      graph.begin(UInt32(node))
      let isOwn = synthetic.contains(UInt32(node))
      for edge in edges(of: node) where !isWeak(edge) && !synthetic.contains(targets[edge]) {
        if isOwn {
          roots.insert(targets[edge])
        } else if Int(targets[edge]) != node, edgeType(self.edge(edge)) != "shortcut" {
          graph.add(targets[edge])
        }
      }
      graph.finish()
    }
    graph.roots = roots.sorted()
    return graph
  }

  // MARK: Reading

  mutating func readNodes(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>
  ) throws(ProfileFault) {
    guard let edgeCount = layout.edgeCount else {
      throw ProfileFault(.byte(cursor.offset), "the nodes do not say how many edges they have")
    }
    guard types.isEmpty else { throw ProfileFault(.byte(cursor.offset), "the nodes come twice") }
    let (type, name, size) = (layout.type, layout.name, layout.size)
    var edges: UInt64 = 0
    try Self.rows(&cursor, bytes, fields: layout.fieldCount) { row, place throws(ProfileFault) in
      edges += UInt64(row[edgeCount])
      guard types.count < Self.mostNodes, edges <= UInt64(Self.mostEdges),
        row[name] < Int64(UInt32.max)
      else { throw ProfileFault(.byte(place), "the heap is too large to follow what holds what") }
      types.append(UInt8(clamping: row[type]))
      names.append(UInt32(row[name]))
      sizes.append(UInt32(clamping: row[size]))
      firstEdges.append(UInt32(edges))
    }
  }

  mutating func readEdges(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>
  ) throws(ProfileFault) {
    guard let type = layout.edgeFields.firstIndex(of: "type"),
      let label = layout.edgeFields.firstIndex(of: "name_or_index"),
      let target = layout.edgeFields.firstIndex(of: "to_node")
    else { throw ProfileFault(.byte(cursor.offset), "the edges are not described") }
    let fieldCount = Int64(layout.fieldCount)
    try Self.rows(&cursor, bytes, fields: layout.edgeFields.count) {
      row, place throws(ProfileFault) in
      guard row[type] < 8, row[target].isMultiple(of: fieldCount),
        row[target] / fieldCount < Int64(types.count), targets.count < Int(firstEdges.last ?? 0)
      else { throw ProfileFault(.byte(place), "an edge leads nowhere") }
      // A position beyond the bits is some position.
      let index = UInt32(truncatingIfNeeded: row[label]) & (1 << Self.indexBits - 1)
      labels.append(UInt32(row[type]) << Self.indexBits | index)
      targets.append(UInt32(row[target] / fieldCount))
    }
    guard targets.count == Int(firstEdges.last ?? 0) else {
      throw ProfileFault(
        .byte(cursor.offset),
        "\(firstEdges.last ?? 0) edges are announced, and there are \(targets.count)")
    }
    findHolders()
  }

  private static func rows(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>, fields: Int,
    _ take: ([Int64], Int) throws(ProfileFault) -> Void
  ) throws(ProfileFault) {
    var row = [Int64](repeating: 0, count: fields)
    var field = 0
    var isFirst = true
    try cursor.expect(UInt8(ascii: "["), bytes)
    while try cursor.hasNext(isFirst, closing: UInt8(ascii: "]"), bytes) {
      isFirst = false
      row[field] = try cursor.count(bytes)
      field += 1
      guard field == fields else { continue }
      field = 0
      try take(row, cursor.offset)
    }
    guard field == 0 else {
      throw ProfileFault(.byte(cursor.offset), "the last row ends after \(field) of its fields")
    }
  }

  // MARK: What holds what

  private mutating func findHolders() {
    parents = [UInt32](repeating: Self.nowhere, count: types.count)
    parentEdges = [UInt32](repeating: 0, count: types.count)
    guard !types.isEmpty else { return }
    let weak = layout.edgeTypes.firstIndex(of: "weak") ?? -1
    parents[0] = 0
    // Beside V8's own roots the first node names the program's, its global objects: the way from
    // there means something to a programmer.
    let programs = edges(of: 0).filter { type(of: Int(targets[$0])) != "synthetic" }
    for edge in programs where parents[Int(targets[edge])] == Self.nowhere {
      parents[Int(targets[edge])] = 0
      parentEdges[Int(targets[edge])] = UInt32(edge)
    }
    walk(from: programs.map { targets[$0] }, weak)
    walk(from: [0], weak)
  }

  private mutating func walk(from roots: [UInt32], _ weak: Int) {
    var queue = roots
    var position = 0
    while position < queue.count {
      let node = queue[position]
      position += 1
      for edge in edges(of: Int(node)) {
        let target = Int(targets[edge])
        guard parents[target] == Self.nowhere, Int(labels[edge] >> Self.indexBits) != weak else {
          continue
        }
        parents[target] = node
        parentEdges[target] = UInt32(edge)
        queue.append(UInt32(target))
      }
    }
  }

  private func edges(of node: Int) -> Range<Int> {
    Int(firstEdges[node])..<Int(firstEdges[node + 1])
  }
}
