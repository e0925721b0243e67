/// Which values of a sample are memory in use.
struct PprofMeasures {
  /// Positions among the sample types.
  private(set) var bytes: Int?
  private(set) var objects: Int?
  private(set) var allocatedBytes: Int?
  private(set) var names = ProfileMeasures()

  /// Names as Go, tcmalloc and jemalloc's converters write them; where they are missing, the order
  /// decides: the last type in bytes and the first that is a count, because cumulative types come
  /// first in Go's order and objects before space everywhere.
  init(_ tables: PprofTables, _ source: Span<UInt8>) throws(ProfileFault) {
    var types: [(name: String, unit: String)] = []
    for type in tables.sampleTypes {
      types.append((try tables.text(type.type, source), try tables.text(type.unit, source)))
    }
    guard !types.isEmpty else {
      throw ProfileFault(.file, "no pprof profile: it does not say what its samples measure")
    }
    let named = { (names: [String]) in
      names.lazy.compactMap { name in types.firstIndex { $0.name == name } }.first
    }
    bytes = named(["inuse_space", "space"]) ?? types.lastIndex { $0.unit == "bytes" }
    objects = named(["inuse_objects", "objects"])
    if objects == nil, bytes != nil || !types.contains(where: { $0.unit.isTime }) {
      objects = types.firstIndex { $0.unit == "count" }
    }
    guard bytes != nil || objects != nil else {
      let list = types.map { "\($0.name) in \($0.unit)" }.joined(separator: ", ")
      throw ProfileFault(.file, "the profile measures \(list): that is no memory")
    }
    allocatedBytes = bytes.flatMap {
      types[$0].name == "inuse_space" ? named(["alloc_space"]) : nil
    }
    names.bytes = bytes.map { types[$0].name }
    names.objects = objects.map { types[$0].name }
    names.allocatedBytes = allocatedBytes.map { types[$0].name }
    if bytes != nil, tables.period > 1, try tables.text(tables.periodType.unit, source) == "bytes" {
      names.samplingPeriodBytes = Double(tables.period)
    }
  }

  /// - Parameter values: of one sample, in the order of the types.
  func counts(_ values: ArraySlice<UInt64>) -> StackCounts {
    let value = { (index: Int?) -> Int64 in
      index.map { Int64(bitPattern: values[values.startIndex + $0]) } ?? 0
    }
    return StackCounts(
      bytes: value(bytes), objects: value(objects), allocatedBytes: value(allocatedBytes))
  }
}

extension String {
  fileprivate var isTime: Bool { hasSuffix("seconds") || self == "cycles" }
}
