/// Objects of a heap dump by class, and what their sizes need.
///
/// A dump has no sizes: they follow from the fields, as HotSpot lays them out. References take 4
/// bytes where the JVM compresses them, which it does by itself while the heap lies below 32 GiB;
/// whether it does shows in the addresses, so both sums are kept until the end.
struct HprofCensus {
  struct Fields {
    var superclass: UInt64
    /// Of the class itself, without its superclasses.
    var references = 0
    var primitiveBytes = 0
  }

  private struct Arrays {
    var count: Int64 = 0
    var compressedBytes: Int64 = 0
    var plainBytes: Int64 = 0

    mutating func add(_ length: Int, compressedElement: Int, plainElement: Int) {
      count += 1
      compressedBytes = compressedBytes.addingClamped(
        Int64(HprofCensus.aligned(16 + length * compressedElement)))
      plainBytes = plainBytes.addingClamped(
        Int64(HprofCensus.aligned(24 + length * plainElement)))
    }
  }

  /// HotSpot's limit of compressed references: 2³² × 8 bytes.
  private static let compressionLimit: UInt64 = 1 << 35
  /// More superclasses than any program has: a cycle of them must end.
  private static let deepest = 1000

  private let idBytes: Int
  var classes: [UInt64: Fields] = [:]
  private var instances: [UInt64: Int64] = [:]
  private var objectArrays: [UInt64: Arrays] = [:]
  private var primitiveArrays: [UInt64: Arrays] = [:]
  private var highestAddress: UInt64 = 0

  init(idBytes: Int) {
    self.idBytes = idBytes
  }

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
    let isCompressed = idBytes == 8 && highestAddress < Self.compressionLimit
    for (type, count) in instances {
      let size = Int64(instanceBytes(type, isCompressed))
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

  private func instanceBytes(_ type: UInt64, _ isCompressed: Bool) -> Int {
    var size = isCompressed ? 12 : 2 * idBytes
    var current = type
    for _ in 0..<Self.deepest {
      guard let fields = classes[current] else { break }
      size += fields.references * (isCompressed ? 4 : idBytes) + fields.primitiveBytes
      current = fields.superclass
    }
    return Self.aligned(size)
  }

  private static func aligned(_ size: Int) -> Int { (size + 7) & ~7 }
}

extension Int64 {
  fileprivate func multipliedClamped(by other: Int64) -> Int64 {
    let (product, overflowed) = multipliedReportingOverflow(by: other)
    return overflowed ? .max : product
  }
}
