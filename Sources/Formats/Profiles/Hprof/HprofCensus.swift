/// Objects of a heap dump by class. Whether references are compressed shows in the addresses, so both
/// sums are kept until the end.
struct HprofCensus {
  private struct Arrays {
    var count: Int64 = 0
    var compressedBytes: Int64 = 0
    var plainBytes: Int64 = 0

    mutating func add(_ length: Int, compressedElement: Int, plainElement: Int) {
      count += 1
      compressedBytes = compressedBytes.addingClamped(
        Int64(HprofSize.array(length, element: compressedElement, isCompressed: true)))
      plainBytes = plainBytes.addingClamped(
        Int64(HprofSize.array(length, element: plainElement, isCompressed: false)))
    }
  }

  private let idBytes: Int
  private var sizes: HprofSize
  private var instances: [UInt64: Int64] = [:]
  private var objectArrays: [UInt64: Arrays] = [:]
  private var primitiveArrays: [UInt64: Arrays] = [:]
  private var highestAddress: UInt64 = 0

  init(idBytes: Int) {
    self.idBytes = idBytes
    sizes = HprofSize(idBytes: idBytes)
  }

  mutating func add(_ type: HprofClass) { sizes.add(type) }

  mutating func addInstance(_ address: UInt64, of type: UInt64) {
    highestAddress = max(highestAddress, address)
    instances[type, default: 0] += 1
  }

  /// - Parameter length: elements, fewer than 2³².
  mutating func addObjectArray(_ address: UInt64, of type: UInt64, length: Int) {
    highestAddress = max(highestAddress, address)
    objectArrays[type, default: Arrays()].add(length, compressedElement: 4, plainElement: idBytes)
  }

  mutating func addPrimitiveArray(
    _ address: UInt64, type: UInt64, elementBytes: Int, length: Int
  ) {
    highestAddress = max(highestAddress, address)
    primitiveArrays[type, default: Arrays()].add(
      length, compressedElement: elementBytes, plainElement: elementBytes)
  }

  /// - Parameter name: of a class by its id.
  func fill(_ builder: inout HeapProfileBuilder, name: (UInt64) -> String) {
    let isCompressed = sizes.isCompressed(highestAddress: highestAddress)
    for (type, count) in instances {
      let size = Int64(sizes.instance(of: type, isCompressed: isCompressed))
      builder.add(
        name: name(type),
        StackCounts(bytes: size.multipliedClamped(by: count), objects: count))
    }
    let add = { (builder: inout HeapProfileBuilder, name: String, arrays: Arrays) in
      let bytes = isCompressed ? arrays.compressedBytes : arrays.plainBytes
      builder.add(name: name, StackCounts(bytes: bytes, objects: arrays.count))
    }
    for (type, arrays) in objectArrays { add(&builder, name(type), arrays) }
    for (type, arrays) in primitiveArrays {
      add(&builder, (HprofType.name(type) ?? "?") + "[]", arrays)
    }
  }
}

extension Int64 {
  fileprivate func multipliedClamped(by other: Int64) -> Int64 {
    let (product, overflowed) = multipliedReportingOverflow(by: other)
    return overflowed ? .max : product
  }
}
