/// What Node's inspector sends while a heap snapshot is taken (Chrome DevTools protocol 1.3).
package enum InspectorMessage: Hashable, Sendable {
  /// `HeapProfiler.addHeapSnapshotChunk`: the next bytes of the snapshot.
  case chunk([UInt8])
  /// The answer to request number `id`; `fault` is its message where it was refused.
  case answer(id: Int64, fault: String?)
  /// Any other event.
  case other

  package init(_ bytes: Span<UInt8>) throws(ProfileFault) {
    var cursor = SnapshotCursor()
    var method: String?
    var chunk: [UInt8]?
    var id: Int64?
    var fault: String?
    try SnapshotLayout.members(&cursor, bytes) { cursor, name throws(ProfileFault) in
      switch name {
      case "id": id = try cursor.count(bytes)
      case "method": method = try cursor.string(bytes)
      case "error": fault = try Self.fault(&cursor, bytes)
      case "params": chunk = try Self.chunk(&cursor, bytes)
      default: try cursor.skipValue(bytes)
      }
    }
    cursor.skipBlanks(bytes)
    guard cursor.offset == bytes.count else { throw cursor.unexpected(bytes, "the end") }
    if let id {
      self = .answer(id: id, fault: fault)
    } else if method == "HeapProfiler.addHeapSnapshotChunk", let chunk {
      self = .chunk(chunk)
    } else {
      self = .other
    }
  }

  private static func chunk(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>
  ) throws(ProfileFault) -> [UInt8]? {
    var chunk: [UInt8]?
    try SnapshotLayout.members(&cursor, bytes) { cursor, name throws(ProfileFault) in
      cursor.skipBlanks(bytes)
      if name == "chunk", cursor.offset < bytes.count,
        bytes[cursor.offset] == UInt8(ascii: "\"")
      {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        try cursor.walkString(bytes, into: &text, keeps: true)
        chunk = text
      } else {
        try cursor.skipValue(bytes)
      }
    }
    return chunk
  }

  private static func fault(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>
  ) throws(ProfileFault) -> String {
    var message = "an error without a message"
    try SnapshotLayout.members(&cursor, bytes) { cursor, name throws(ProfileFault) in
      if name == "message" {
        message = ParseError.printable(try cursor.string(bytes))
      } else {
        try cursor.skipValue(bytes)
      }
    }
    return message
  }
}

/// What Node serves at `/json/list`.
package enum InspectorList {
  /// The path of the first process' WebSocket; nil where a debugger has taken it or none is there.
  package static func path(_ bytes: Span<UInt8>) throws(ProfileFault) -> String? {
    var cursor = SnapshotCursor()
    var addresses: [String] = []
    try cursor.expect(UInt8(ascii: "["), bytes)
    var isFirst = true
    while try cursor.hasNext(isFirst, closing: UInt8(ascii: "]"), bytes) {
      isFirst = false
      try SnapshotLayout.members(&cursor, bytes) { cursor, name throws(ProfileFault) in
        if name == "webSocketDebuggerUrl" {
          addresses.append(try cursor.string(bytes))
        } else {
          try cursor.skipValue(bytes)
        }
      }
    }
    // What host it names does not matter: the one that was asked is meant.
    guard let address = addresses.first, let scheme = address.firstRange(of: "://") else {
      return nil
    }
    let path = address[scheme.upperBound...].drop { $0 != "/" }
    let isPlain = path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    return path.isEmpty || !isPlain ? nil : String(path)
  }
}
