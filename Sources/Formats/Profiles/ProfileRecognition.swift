extension HeapProfile {
  /// Reads an unpacked profile of any kind, recognised by its content, never by its name.
  package init(_ bytes: Span<UInt8>) throws(ProfileFault) {
    switch try HeapProfileKind.recognise(bytes) {
    case .pprof: self = try PprofReader.read(bytes)
    case .jvmHistogram: self = try ClassHistogramReader.read(bytes)
    case .nodeSnapshot: self = try NodeSnapshotReader.read(bytes)
    case .tracemalloc:
      self =
        bytes[0] == 0x80
        ? try TracemallocReader.read(bytes) : try TracemallocSumsReader.read(bytes)
    case .smaps: self = try SmapsReader.read(bytes)
    case .hprof:
      var reader = HprofReader()
      try reader.take(bytes.indices.map { bytes[$0] })
      self = try reader.finish()
    }
  }
}

extension HeapProfileKind {
  /// What a heap dump begins with: it may be too large to be held, and `HprofReader` takes it piece
  /// by piece.
  package static let heapDumpHead: StaticString = "JAVA PROFILE "

  /// Enough of a file to know its kind.
  package static let headBytes = 16_384

  /// - Parameter bytes: the whole file or its first `headBytes`.
  /// - Throws: what the file seems to be instead, and what to bring.
  package static func recognise(_ bytes: Span<UInt8>) throws(ProfileFault) -> HeapProfileKind {
    guard bytes.count > 0 else { throw ProfileFault(.file, "the file is empty") }
    if bytes.begins(with: heapDumpHead) { return .hprof }
    // Pickle's PROTO opcode with the protocols that have it.
    if bytes.count >= 2, bytes[0] == 0x80, (2...5).contains(bytes[1]) { return .tracemalloc }
    let head = bytes.extracting(0..<Swift.min(bytes.count, headBytes))
    if let text = readableText(head) { return try recognise(text) }
    // Fields 1 to 15 of profile.proto, as varints or with a length; field 0 does not exist.
    if bytes[0] >> 3 >= 1, bytes[0] >> 3 <= 15, [0, 2].contains(bytes[0] & 7) { return .pprof }
    throw ProfileFault(.file, unknown)
  }

  private static let unknown =
    "not a heap profile: expected pprof's profile.proto, a JVM class histogram or heap dump, a "
    + "Node heap snapshot, a tracemalloc snapshot or /proc/PID/smaps"

  private static func recognise(_ text: String) throws(ProfileFault) -> HeapProfileKind {
    let start = text.drop(while: \.isWhitespace)
    if start.hasPrefix("{") {
      let member = start.dropFirst().drop(while: \.isWhitespace)
      if member.hasPrefix("\"snapshot\"") { return .nodeSnapshot }
      if member.hasPrefix("\"tracemalloc\"") { return .tracemalloc }
      throw ProfileFault(
        .file,
        "JSON, but neither a Node heap snapshot, which begins with {\"snapshot\":, nor leakwatch_heap's, "
          + "which begins with {\"tracemalloc\":")
    }
    if text.contains("#instances") { return .jvmHistogram }
    if SmapsReader.isSmaps(text) { return .smaps }
    if start.hasPrefix("heap profile:") || start.hasPrefix("goroutine profile:") {
      throw ProfileFault(.file, "pprof's text for people: fetch it without debug=1")
    }
    if start.hasPrefix("<") { throw ProfileFault(.file, "a web page, not a heap profile") }
    throw ProfileFault(.file, unknown)
  }

  /// nil where a byte can stand in no text. A character that the end cuts off does no harm.
  private static func readableText(_ bytes: Span<UInt8>) -> String? {
    for index in 0..<bytes.count {
      let byte = bytes[index]
      if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0C, byte != 0x0D { return nil }
    }
    return bytes.text(0..<bytes.count)
  }
}

extension Span<UInt8> {
  package func begins(with text: StaticString) -> Bool {
    let letters = text.description.utf8
    return count >= letters.count && zip(0..<count, letters).allSatisfy { self[$0] == $1 }
  }
}
