internal import TimeSeries

/// Reads pprof's profile.proto, unpacked: of Go, jemalloc, tcmalloc, Node, Rust, ….
/// https://github.com/google/pprof/blob/main/proto/profile.proto
///
/// A goroutine profile has no bytes; its goroutines are its objects. `drop_frames` and
/// `keep_frames` are not applied: the frames that they would hide are shown.
struct PprofReader {
  private let tables: PprofTables
  private let measures: PprofMeasures
  private var builder: HeapProfileBuilder
  /// Of each location: its frames, the innermost first.
  private var framesOfLocation: [UInt64: [Int32]] = [:]

  static func read(_ bytes: Span<UInt8>) throws(ProfileFault) -> HeapProfile {
    var reader = try PprofReader(bytes)
    try reader.addSamples(bytes)
    return reader.builder.build()
  }

  private init(_ bytes: Span<UInt8>) throws(ProfileFault) {
    tables = try PprofTables(bytes)
    measures = try PprofMeasures(tables, bytes)
    let time = tables.timeNanoseconds
    builder = HeapProfileBuilder(
      .pprof, measures: measures.names,
      takenAt: time > 0 ? Timestamp(milliseconds: time / 1_000_000) : nil)
  }

  private mutating func addSamples(_ bytes: Span<UInt8>) throws(ProfileFault) {
    let typeCount = tables.sampleTypes.count
    var stack: [Int32] = []
    var frameCount = 0
    for sample in tables.samples {
      guard sample.values.count == typeCount else {
        throw ProfileFault(
          .byte(sample.offset),
          "a sample has \(sample.values.count) values, and \(typeCount) are announced")
      }
      stack.removeAll(keepingCapacity: true)
      for location in tables.sampleLocations[sample.locations] {
        stack += try frames(of: location, bytes, sample.offset)
      }
      if stack.isEmpty { stack = [builder.index(of: Self.unknown)] }
      frameCount += stack.count
      guard frameCount <= Self.mostFrames else {
        throw ProfileFault(
          .byte(sample.offset), "the stacks hold more than \(Self.mostFrames) frames in all")
      }
      builder.add(
        stack: builder.stack(stack), measures.counts(tables.sampleValues[sample.values]))
    }
  }

  /// A location with many lines may be named by many samples: a small file must not become a large
  /// profile.
  private static let mostFrames = 1 << 26
  private static let unknown = ProfileFrame(site: .init(name: "<unknown>"))

  private mutating func frames(
    of id: UInt64, _ bytes: Span<UInt8>, _ offset: Int
  ) throws(ProfileFault) -> [Int32] {
    if let known = framesOfLocation[id] { return known }
    guard let location = tables.locations[id] else {
      throw ProfileFault(.byte(offset), "a sample names location \(id), which is not there")
    }
    var frames: [Int32] = []
    // A line of function 0 is one that nobody could name.
    for line in location.lines where line.function != 0 {
      guard let function = tables.functions[line.function] else {
        throw ProfileFault(
          .byte(offset), "location \(id) names function \(line.function), which is not there")
      }
      frames.append(builder.index(of: try frame(function, line.line, location, bytes)))
    }
    if frames.isEmpty { frames = [builder.index(of: try address(of: location, bytes))] }
    framesOfLocation[id] = frames
    return frames
  }

  private func frame(
    _ function: PprofFunction, _ line: UInt64, _ location: PprofLocation, _ bytes: Span<UInt8>
  ) throws(ProfileFault) -> ProfileFrame {
    let name = try tables.text(function.name, bytes)
    let systemName = try tables.text(function.systemName, bytes)
    let path = try tables.text(function.file, bytes)
    guard !name.isEmpty || !systemName.isEmpty else { return try address(of: location, bytes) }
    // By name alone, as pprof groups them.
    return ProfileFrame(
      site: .init(name: name.isEmpty ? systemName : name),
      path: path.isEmpty ? nil : path,
      line: line > 0 ? Int(exactly: line) : nil)
  }

  /// Where there is no function: the address within its file, which is the same wherever the file
  /// is loaded and which addr2line takes, such as "0x1a2b0 [libfoo.so]".
  private func address(
    of location: PprofLocation, _ bytes: Span<UInt8>
  ) throws(ProfileFault) -> ProfileFrame {
    var address = location.address
    var file = ""
    if let mapping = tables.mappings[location.mapping] {
      file = try tables.text(mapping.file, bytes)
      address = address &- mapping.start &+ mapping.fileOffset
    }
    let place = file.isEmpty ? "" : " [\(ProfileFrame.lastComponent(file))]"
    return ProfileFrame(
      site: .init(name: "0x" + String(address, radix: 16) + place, distinction: file))
  }
}
