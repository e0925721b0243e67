/// Which way the objects of one constructor are held in a heap snapshot: the way that most of them
/// share.
extension SnapshotHoldings {
  /// Objects whose way is followed; of more, every so many.
  private static let mostObjects = 2_000
  private static let mostSteps = 12

  /// One step outwards. Positions in arrays are all the same step.
  private struct Step: Hashable {
    /// Of the strings; −1 for a position.
    var label: Int64
    var holderType: String
    var holderName: Int64
  }

  /// - Parameter site: as `profile` names it.
  /// - Returns: "table of Map", "sessions of Context", …, the innermost first; empty where nothing of
  ///   that name is held.
  package func path(to site: String, _ bytes: Span<UInt8>) throws(ProfileFault) -> [String] {
    let objects = try objects(called: site, bytes)
    var counts: [[Step]: Int] = [:]
    var positions: [Int64: Bool] = [:]
    for object in objects {
      counts[try steps(from: object, &positions, bytes), default: 0] += 1
    }
    // The shortest of those that are equally many.
    let best = counts.max { ($0.value, $1.key.count) < ($1.value, $0.key.count) }
    return try words(best?.key ?? [], bytes)
  }

  /// The way to one node, as `path` tells it.
  func way(to node: Int, _ bytes: Span<UInt8>) throws(ProfileFault) -> [String] {
    var positions: [Int64: Bool] = [:]
    return try words(try steps(from: node, &positions, bytes), bytes)
  }

  private func words(_ steps: [Step], _ bytes: Span<UInt8>) throws(ProfileFault) -> [String] {
    var words: [String] = []
    for step in steps { words.append(try word(step, bytes)) }
    return words
  }

  private func objects(
    called site: String, _ bytes: Span<UInt8>
  ) throws(ProfileFault) -> [Int] {
    var found: [Int] = []
    for node in 0..<graph.nodeCount {
      let type = graph.type(of: node)
      if SnapshotNames.isNamed(type) {
        if try strings.text(graph.name(of: node), bytes) == site { found.append(node) }
      } else if SnapshotNames.constructor(type, "") == site, owner(of: node) == nil {
        found.append(node)
      }
    }
    return stride(from: 0, to: found.count, by: found.count / Self.mostObjects + 1)
      .map { found[$0] }
  }

  /// - Parameter positions: whether a label is a number: V8 names the entries of a Map's table by theirs.
  private func steps(
    from object: Int, _ positions: inout [Int64: Bool], _ bytes: Span<UInt8>
  ) throws(ProfileFault) -> [Step] {
    var steps: [Step] = []
    var node = object
    while steps.count < Self.mostSteps, let holder = graph.holder(of: node), holder.node != 0 {
      let kind = graph.edgeType(holder.edge)
      var isNamed = kind != "element" && kind != "hidden"
      let label = holder.edge.nameOrIndex
      if isNamed {
        if positions[label] == nil {
          let text = try strings.text(label, bytes)
          positions[label] = text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        }
        isNamed = positions[label] == false
      }
      let step = Step(
        label: isNamed ? label : -1,
        holderType: graph.type(of: holder.node), holderName: graph.name(of: holder.node))
      // A list of any length is one step.
      if step != steps.last { steps.append(step) }
      node = holder.node
    }
    return steps
  }

  private func word(_ step: Step, _ bytes: Span<UInt8>) throws(ProfileFault) -> String {
    let label = step.label < 0 ? "[…]" : try strings.text(step.label, bytes)
    let holder = Self.title(
      step.holderType, try strings.text(step.holderName, bytes))
    return ParseError.printable("\(label) of \(holder)")
  }

  /// What a node is, for who follows a way.
  private static func title(_ type: String, _ name: String) -> String {
    switch type {
    case "closure": name.isEmpty ? "a function" : "function \(name)"
    case "hidden", "synthetic", "code": name.isEmpty ? "(\(type))" : name
    default: SnapshotNames.constructor(type, name)
    }
  }

  func title(of node: Int, _ bytes: Span<UInt8>) throws(ProfileFault) -> String {
    Self.title(graph.type(of: node), try strings.text(graph.name(of: node), bytes))
  }

  /// "sessions"; "[7]" for a position.
  func label(
    of edge: SnapshotGraph.Edge, _ bytes: Span<UInt8>
  ) throws(ProfileFault) -> String {
    switch graph.edgeType(edge) {
    case "element", "hidden": "[\(edge.nameOrIndex)]"
    default: try strings.text(edge.nameOrIndex, bytes)
    }
  }
}
