internal import TimeSeries

/// Reads pprof's profile.proto, unpacked: of Go, jemalloc, tcmalloc, Node, Rust, ….
/// https://github.com/google/pprof/blob/main/proto/profile.proto
///
/// A goroutine profile has no bytes; its goroutines are its objects.
struct PprofReader {
  private struct Place {
    /// The innermost first.
    var frames: [Int32]
    /// What it calls goes.
    var isPruned = false
    /// And it goes, too.
    var isDropped = false
  }

  private let tables: PprofTables
  private let measures: PprofMeasures
  private var builder: HeapProfileBuilder
  private var pruning: PprofPruning?
  private var places: [UInt64: Place] = [:]

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
    if tables.dropFrames > 0 {
      pruning = PprofPruning(
        drop: try tables.text(tables.dropFrames, bytes),
        keep: tables.keepFrames > 0 ? try tables.text(tables.keepFrames, bytes) : "")
    }
    try noteBuilds(bytes)
  }

  private mutating func noteBuilds(_ bytes: Span<UInt8>) throws(ProfileFault) {
    var program: ProfileBuild?
    var libraries: [ProfileBuild] = []
    for (index, id) in tables.mappingOrder.enumerated() {
      guard let mapping = tables.mappings[id], mapping.buildID > 0 else { continue }
      let build = ProfileBuild(
        path: try tables.text(mapping.file, bytes), id: try tables.text(mapping.buildID, bytes))
      if build.id.isEmpty { continue }
      if index == 0 { program = build } else { libraries.append(build) }
    }
    builder.note(program: program, libraries: libraries)
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
      for location in try kept(tables.sampleLocations[sample.locations], bytes, sample.offset) {
        stack += try place(location, bytes, sample.offset).frames
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

  /// Without what `drop_frames` takes away: from the outermost such location inwards. Those before the first
  /// that stays are left, or there might be nothing.
  private mutating func kept(
    _ locations: ArraySlice<UInt64>, _ bytes: Span<UInt8>, _ offset: Int
  ) throws(ProfileFault) -> ArraySlice<UInt64> {
    guard pruning != nil else { return locations }
    var hasUsers = false
    for index in locations.indices.reversed() {
      let place = try place(locations[index], bytes, offset)
      guard place.isPruned else {
        hasUsers = true
        continue
      }
      if hasUsers { return locations[(place.isDropped ? index + 1 : index)...] }
    }
    return locations
  }

  private mutating func place(
    _ id: UInt64, _ bytes: Span<UInt8>, _ offset: Int
  ) throws(ProfileFault) -> Place {
    if let known = places[id] { return known }
    guard let location = tables.locations[id] else {
      throw ProfileFault(.byte(offset), "a sample names location \(id), which is not there")
    }
    var place = Place(frames: [])
    var lines = location.lines[...]
    if pruning != nil {
      let names = try names(of: location, bytes)
      switch try pruning?.verdict(on: names) {
      case .whole, nil: break
      case .outside(let first): (place.isPruned, lines) = (true, lines[first...])
      case .nothing: (place.isPruned, place.isDropped) = (true, true)
      }
    }
    // A line of function 0 is one that nobody could name.
    for line in lines where line.function != 0 {
      guard let function = tables.functions[line.function] else {
        throw ProfileFault(
          .byte(offset), "location \(id) names function \(line.function), which is not there")
      }
      place.frames.append(builder.index(of: try frame(function, line.line, location, bytes)))
    }
    if place.frames.isEmpty { place.frames = [builder.index(of: try address(of: location, bytes))] }
    places[id] = place
    return place
  }

  private func names(
    of location: PprofLocation, _ bytes: Span<UInt8>
  ) throws(ProfileFault) -> [String] {
    var names: [String] = []
    for line in location.lines {
      guard let function = tables.functions[line.function] else {
        names.append("")
        continue
      }
      names.append(try tables.text(function.name, bytes))
    }
    return names
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
