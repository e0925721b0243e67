internal import TimeSeries

/// Reads a JVM's heap dump piece by piece: objects by class, with shallow sizes. Memory goes with the
/// number of classes, not with the dump.
package struct HprofReader {
  private var walker = HprofWalker(Counting())

  package init() {}

  /// Takes the next bytes of the file. - Throws: where it is damaged, with the place.
  package mutating func take(_ bytes: [UInt8]) throws(ProfileFault) {
    try walker.take(bytes)
  }

  /// After the last bytes.
  package consuming func finish() throws(ProfileFault) -> HeapProfile {
    try walker.finish()
    return walker.visitor.profile()
  }
}

extension HprofReader {
  private struct Counting: HprofVisitor {
    private var takenAt: Timestamp?
    private var names = HprofNames()
    private var census = HprofCensus(idBytes: 8)

    mutating func begin(idBytes: Int, takenAt: Timestamp?) {
      census = HprofCensus(idBytes: idBytes)
      self.takenAt = takenAt
    }

    mutating func name(_ id: UInt64, _ text: Span<UInt8>) { names.add(id, text) }
    mutating func loaded(_ type: UInt64, name: UInt64) { names.classes[type] = name }
    mutating func type(_ type: HprofClass) { census.add(type) }

    mutating func instance(_ address: UInt64, of type: UInt64, fields: Span<UInt8>) {
      census.addInstance(address, of: type)
    }

    mutating func objectArray(_ address: UInt64, of type: UInt64, length: Int) {
      census.addObjectArray(address, of: type, length: length)
    }

    mutating func primitiveArray(
      _ address: UInt64, type: UInt64, elementBytes: Int, length: Int
    ) {
      census.addPrimitiveArray(address, type: type, elementBytes: elementBytes, length: length)
    }

    func profile() -> HeapProfile {
      var builder = HeapProfileBuilder(
        .hprof, measures: ProfileMeasures(bytes: "shallow size", objects: "instances"),
        takenAt: takenAt)
      census.fill(&builder) { names.ofClass($0) }
      return builder.build()
    }
  }
}
