/// Where the figures of a node stand: the snapshot describes itself, and V8 has added fields
/// since.
struct SnapshotLayout {
  private(set) var fieldCount = 0
  private var fields: [String] = []
  private var types: [String] = []
  private(set) var nodeCount: Int64?
  private(set) var edgeFields: [String] = []
  private(set) var edgeTypes: [String] = []

  var type: Int { fields.firstIndex(of: "type") ?? 0 }
  var name: Int { fields.firstIndex(of: "name") ?? 0 }
  var size: Int { fields.firstIndex(of: "self_size") ?? 0 }

  /// nil where the snapshot's nodes do not say how many edges they have.
  var edgeCount: Int? { fields.firstIndex(of: "edge_count") }

  func typeName(_ index: Int64) -> String? {
    index < Int64(types.count) ? types[Int(index)] : nil
  }

  /// The member "snapshot".
  init(_ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>) throws(ProfileFault) {
    let start = cursor.offset
    try Self.members(&cursor, bytes) { cursor, name throws(ProfileFault) in
      switch name {
      case "meta": try readMeta(&cursor, bytes)
      case "node_count": nodeCount = try cursor.count(bytes)
      default: try cursor.skipValue(bytes)
      }
    }
    for field in ["type", "name", "self_size"] where !fields.contains(field) {
      throw ProfileFault(.byte(start), "the snapshot's nodes have no field \"\(field)\"")
    }
    guard !types.isEmpty else {
      throw ProfileFault(.byte(start), "the snapshot does not say which types its nodes have")
    }
    fieldCount = fields.count
  }

  private mutating func readMeta(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>
  ) throws(ProfileFault) {
    try Self.members(&cursor, bytes) { cursor, name throws(ProfileFault) in
      switch name {
      case "node_fields": fields = try Self.texts(&cursor, bytes)
      case "edge_fields": edgeFields = try Self.texts(&cursor, bytes)
      case "edge_types": edgeTypes = try Self.firstTexts(&cursor, bytes)
      case "node_types": types = try Self.firstTexts(&cursor, bytes)
      default: try cursor.skipValue(bytes)
      }
    }
  }

  static func members(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>,
    _ take: (inout SnapshotCursor, String) throws(ProfileFault) -> Void
  ) throws(ProfileFault) {
    try cursor.expect(UInt8(ascii: "{"), bytes)
    var isFirst = true
    while try cursor.hasNext(isFirst, closing: UInt8(ascii: "}"), bytes) {
      let name = try cursor.name(bytes)
      try take(&cursor, name)
      isFirst = false
    }
  }

  private static func texts(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>
  ) throws(ProfileFault) -> [String] {
    var texts: [String] = []
    try cursor.expect(UInt8(ascii: "["), bytes)
    while try cursor.hasNext(texts.isEmpty, closing: UInt8(ascii: "]"), bytes) {
      texts.append(try cursor.string(bytes))
    }
    return texts
  }

  /// Of [["hidden", …], "string", …]: the types by their numbers come first.
  private static func firstTexts(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>
  ) throws(ProfileFault) -> [String] {
    try cursor.expect(UInt8(ascii: "["), bytes)
    let texts = try texts(&cursor, bytes)
    var isFirst = false
    while try cursor.hasNext(isFirst, closing: UInt8(ascii: "]"), bytes) {
      try cursor.skipValue(bytes)
      isFirst = false
    }
    return texts
  }
}
