internal import TimeSeries

/// Reads what `deploy/python/leakwatch_heap.py` serves: tracemalloc's blocks, summed by traceback.
///
///     {"tracemalloc":{"format":1,"since_ms":…,"at_ms":…},"files":["/srv/app.py",…],
///      "frames":[[file, line],…],"tracebacks":[[bytes, blocks, [frame,…]],…]}
///
/// Files, frames and the frames of a traceback are named by their index, the innermost first; times are
/// milliseconds since the Unix epoch. A traceback without frames is the sum of those that were too small to
/// be listed.
struct TracemallocSumsReader {
  private static let format: Int64 = 1

  private var builder: HeapProfileBuilder
  private var paths: [String] = []
  private var frames: [Int32] = []

  static func read(_ bytes: Span<UInt8>) throws(ProfileFault) -> HeapProfile {
    var cursor = SnapshotCursor()
    var reader: Self?
    try SnapshotLayout.members(&cursor, bytes) { cursor, name throws(ProfileFault) in
      if name == "tracemalloc" { return reader = try Self(&cursor, bytes) }
      guard reader != nil else {
        throw ProfileFault(.byte(cursor.offset), "\"tracemalloc\" must come first")
      }
      switch name {
      case "files": try reader?.readFiles(&cursor, bytes)
      case "frames": try reader?.readFrames(&cursor, bytes)
      case "tracebacks": try reader?.readTracebacks(&cursor, bytes)
      default: try cursor.skipValue(bytes)
      }
    }
    cursor.skipBlanks(bytes)
    guard cursor.offset == bytes.count else { throw cursor.unexpected(bytes, "the end") }
    guard let reader else { throw ProfileFault(.file, "\"tracemalloc\" is missing") }
    return reader.builder.build()
  }

  /// The member "tracemalloc".
  private init(_ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>) throws(ProfileFault) {
    let start = cursor.offset
    var figures: [String: Int64] = [:]
    try SnapshotLayout.members(&cursor, bytes) { cursor, name throws(ProfileFault) in
      figures[name] = try cursor.count(bytes)
    }
    guard figures["format"] == Self.format else {
      throw ProfileFault(.byte(start), "the format is not \(Self.format), the only one known")
    }
    builder = HeapProfileBuilder(
      .tracemalloc, measures: ProfileMeasures(bytes: "traced size", objects: "blocks"),
      takenAt: figures["at_ms"].map { Timestamp(milliseconds: $0) },
      tracedSince: figures["since_ms"].map { Timestamp(milliseconds: $0) })
  }

  private mutating func readFiles(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>
  ) throws(ProfileFault) {
    try cursor.elements(bytes) { cursor throws(ProfileFault) in
      paths.append(try cursor.string(bytes))
    }
  }

  private mutating func readFrames(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>
  ) throws(ProfileFault) {
    try cursor.elements(bytes) { cursor throws(ProfileFault) in
      let start = cursor.offset
      let pair = try cursor.counts(bytes)
      guard pair.count == 2, pair[0] < Int64(paths.count), pair[1] <= Int64(Int32.max) else {
        throw ProfileFault(.byte(start), "a frame is not a file and a line")
      }
      frames.append(
        builder.index(of: .pythonLine(path: paths[Int(pair[0])], line: Int(pair[1]))))
    }
  }

  private mutating func readTracebacks(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>
  ) throws(ProfileFault) {
    try cursor.elements(bytes) { cursor throws(ProfileFault) in
      let start = cursor.offset
      try cursor.expect(UInt8(ascii: "["), bytes)
      let size = try cursor.count(bytes)
      try cursor.expect(UInt8(ascii: ","), bytes)
      let blocks = try cursor.count(bytes)
      try cursor.expect(UInt8(ascii: ","), bytes)
      let places = try cursor.counts(bytes)
      try cursor.expect(UInt8(ascii: "]"), bytes)
      guard places.allSatisfy({ $0 < Int64(frames.count) }) else {
        throw ProfileFault(.byte(start), "a traceback names a frame that is not there")
      }
      var stack = places.map { frames[Int($0)] }
      if stack.isEmpty {
        stack = [builder.index(of: ProfileFrame(site: .init(name: "<other>")))]
      }
      builder.add(stack: builder.stack(stack), StackCounts(bytes: size, objects: blocks))
    }
  }
}

extension SnapshotCursor {
  /// Of an array.
  fileprivate mutating func elements(
    _ bytes: Span<UInt8>, _ take: (inout SnapshotCursor) throws(ProfileFault) -> Void
  ) throws(ProfileFault) {
    try expect(UInt8(ascii: "["), bytes)
    var isFirst = true
    while try hasNext(isFirst, closing: UInt8(ascii: "]"), bytes) {
      try take(&self)
      isFirst = false
    }
  }

  /// An array of whole numbers.
  fileprivate mutating func counts(_ bytes: Span<UInt8>) throws(ProfileFault) -> [Int64] {
    var counts: [Int64] = []
    try elements(bytes) { cursor throws(ProfileFault) in counts.append(try cursor.count(bytes)) }
    return counts
  }
}
