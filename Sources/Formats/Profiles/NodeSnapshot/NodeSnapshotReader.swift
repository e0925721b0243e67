/// Reads V8's heap snapshots (`v8.writeHeapSnapshot`, DevTools): nodes by constructor, counted as
/// DevTools' summary counts them, with shallow sizes. Edges are passed over.
struct NodeSnapshotReader {
  /// Nodes of one type and one name.
  private struct Kind: Hashable {
    var type: Int64
    /// Index into the snapshot's strings; −1 where the type alone says it.
    var name: Int64
  }

  private var layout: SnapshotLayout?
  private var counts: [Kind: StackCounts] = [:]
  private var names: [Int64: String] = [:]
  private var hasNodes = false
  private var hasStrings = false

  static func read(_ bytes: Span<UInt8>) throws(ProfileFault) -> HeapProfile {
    var reader = NodeSnapshotReader()
    var cursor = SnapshotCursor()
    try SnapshotLayout.members(&cursor, bytes) { cursor, name throws(ProfileFault) in
      switch name {
      case "snapshot": reader.layout = try SnapshotLayout(&cursor, bytes)
      case "nodes": try reader.readNodes(&cursor, bytes)
      case "strings": try reader.readStrings(&cursor, bytes)
      default: try cursor.skipValue(bytes)
      }
    }
    cursor.skipBlanks(bytes)
    guard cursor.offset == bytes.count else { throw cursor.unexpected(bytes, "the end") }
    return try reader.profile()
  }

  private mutating func readNodes(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>
  ) throws(ProfileFault) {
    guard let layout else {
      throw ProfileFault(.byte(cursor.offset), "the nodes come before their description")
    }
    let start = cursor.offset
    var node = [Int64](repeating: 0, count: layout.fieldCount)
    var field = 0
    var nodeCount: Int64 = 0
    var isFirst = true
    let (typeField, nameField, sizeField) = (layout.type, layout.name, layout.size)
    let byName = (0..<64).map { SnapshotNames.isNamed(layout.typeName($0)) }
    try cursor.expect(UInt8(ascii: "["), bytes)
    while try cursor.hasNext(isFirst, closing: UInt8(ascii: "]"), bytes) {
      isFirst = false
      node[field] = try cursor.count(bytes)
      field += 1
      guard field == node.count else { continue }
      field = 0
      nodeCount += 1
      let type = node[typeField]
      let isNamed = type < 64 && byName[Int(type)]
      let kind = Kind(type: type, name: isNamed ? node[nameField] : -1)
      counts[kind, default: StackCounts()].add(StackCounts(bytes: node[sizeField], objects: 1))
    }
    guard field == 0 else {
      throw ProfileFault(.byte(cursor.offset), "the last node ends after \(field) of its fields")
    }
    if let announced = layout.nodeCount, announced != nodeCount {
      throw ProfileFault(
        .byte(start), "\(announced) nodes are announced, and there are \(nodeCount)")
    }
    hasNodes = true
  }

  /// Keeps those that some node needs: most strings are the program's own texts.
  private mutating func readStrings(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>
  ) throws(ProfileFault) {
    guard hasNodes else {
      throw ProfileFault(.byte(cursor.offset), "the strings come before the nodes")
    }
    let wanted = Set(counts.keys.map(\.name))
    var index: Int64 = 0
    try cursor.expect(UInt8(ascii: "["), bytes)
    while try cursor.hasNext(index == 0, closing: UInt8(ascii: "]"), bytes) {
      if wanted.contains(index) {
        names[index] = try cursor.string(bytes)
      } else {
        try cursor.skipString(bytes)
      }
      index += 1
    }
    hasStrings = true
  }

  private func profile() throws(ProfileFault) -> HeapProfile {
    guard let layout, hasNodes, hasStrings else {
      throw ProfileFault(.file, "the heap snapshot lacks its nodes or its strings")
    }
    var builder = HeapProfileBuilder(
      .nodeSnapshot, measures: ProfileMeasures(bytes: "shallow size", objects: "objects"))
    for (kind, count) in counts.sorted(by: {
      ($0.key.type, $0.key.name) < ($1.key.type, $1.key.name)
    }) {
      guard let type = layout.typeName(kind.type) else {
        throw ProfileFault(.file, "a node has the type \(kind.type), which is not described")
      }
      builder.add(name: try constructor(type, kind.name), count)
    }
    return builder.build()
  }

  private func constructor(_ type: String, _ name: Int64) throws(ProfileFault) -> String {
    guard SnapshotNames.isNamed(type) else { return SnapshotNames.constructor(type, "") }
    guard let text = names[name] else {
      throw ProfileFault(.file, "a node names string \(name), which is not there")
    }
    return SnapshotNames.constructor(type, text)
  }
}
