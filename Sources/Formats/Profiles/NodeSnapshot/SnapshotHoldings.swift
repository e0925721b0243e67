/// A heap snapshot with what holds what.
///
/// Sizes are shallow in a snapshot, so what leaks is mostly arrays and strings, which tells nobody much.
/// Here such parts count to the object of the program that holds them, along the shortest way.
package struct SnapshotHoldings {
  private static let mostSteps = 64
  /// Constructors of the language, whose objects are parts of others like arrays and strings.
  private static let common: Set<String> = [
    "", "Array", "ArrayBuffer", "Boolean", "Date", "Map", "Number", "Object", "Promise", "RegExp",
    "Set",
    "String", "Symbol", "WeakMap", "WeakRef", "WeakSet",
  ]

  let graph: SnapshotGraph
  let strings: SnapshotStrings
  /// Names, as their place among the strings, that a program gave its constructors.
  private let ownNames: Set<Int64>

  /// - Throws: where the snapshot is damaged, or too large for this.
  package init(_ bytes: Span<UInt8>) throws(ProfileFault) {
    var cursor = SnapshotCursor()
    var graph: SnapshotGraph?
    var strings = SnapshotStrings()
    try SnapshotLayout.members(&cursor, bytes) { cursor, name throws(ProfileFault) in
      switch name {
      case "snapshot": graph = SnapshotGraph(try SnapshotLayout(&cursor, bytes))
      case "nodes": try graph?.readNodes(&cursor, bytes)
      case "edges": try graph?.readEdges(&cursor, bytes)
      case "strings": try strings.read(&cursor, bytes)
      default: try cursor.skipValue(bytes)
      }
    }
    guard let graph, graph.hasHolders else {
      throw ProfileFault(.file, "the heap snapshot lacks its nodes or its edges")
    }
    self.graph = graph
    self.strings = strings
    var known: Set<Int64> = []
    var own: Set<Int64> = []
    for node in 0..<graph.nodeCount where graph.type(of: node) == "object" {
      let name = graph.name(of: node)
      guard known.insert(name).inserted else { continue }
      let text = try strings.text(name, bytes)
      // "system / Context", "global / …": V8's own words.
      if !Self.common.contains(text), !text.contains(" / ") { own.insert(name) }
    }
    ownNames = own
  }

  /// By constructor, with the parts of its objects.
  package func profile(_ bytes: Span<UInt8>) throws(ProfileFault) -> HeapProfile {
    var sums: [String: StackCounts] = [:]
    var names: [Int64: String] = [:]
    for node in 0..<graph.nodeCount {
      let owner = owner(of: node) ?? node
      let type = graph.type(of: owner)
      var name = SnapshotNames.constructor(type, "")
      if SnapshotNames.isNamed(type) {
        let index = graph.name(of: owner)
        if let known = names[index] {
          name = known
        } else {
          name = SnapshotNames.constructor(type, try strings.text(index, bytes))
          names[index] = name
        }
      }
      // Only the object itself is one more of its constructor.
      sums[name, default: StackCounts()].add(
        StackCounts(bytes: graph.size(of: node), objects: owner == node ? 1 : 0))
    }
    var builder = HeapProfileBuilder(
      .nodeSnapshot, measures: ProfileMeasures(bytes: "size with parts", objects: "objects"))
    for (name, counts) in sums.sorted(by: { $0.key < $1.key }) { builder.add(name: name, counts) }
    return builder.build()
  }

  /// The nearest object of the program's own constructors that `node` is, or is a part of; nil where it
  /// is a part of none: a variable or a function holds it.
  func owner(of node: Int) -> Int? {
    var node = node
    for _ in 0..<Self.mostSteps {
      if graph.type(of: node) == "object", ownNames.contains(graph.name(of: node)) { return node }
      guard let holder = graph.holder(of: node),
        ["array", "object"].contains(graph.type(of: holder.node))
      else { return nil }
      node = holder.node
    }
    return nil
  }
}
