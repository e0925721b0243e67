/// Sizes of the objects of a heap dump, in bytes.
///
/// A dump has none: they follow from the fields, as HotSpot lays them out. References take 4 bytes
/// where the JVM compresses them, which it does by itself while the heap lies below 32 GiB.
struct HprofSize {
  private struct Fields {
    var superclass: UInt64
    /// Of the class itself, without its superclasses.
    var references = 0
    var primitiveBytes = 0
  }

  /// HotSpot's limit of compressed references: 2³² × 8 bytes.
  private static let compressionLimit: UInt64 = 1 << 35

  private let idBytes: Int
  private var classes: [UInt64: Fields] = [:]

  init(idBytes: Int) {
    self.idBytes = idBytes
  }

  mutating func add(_ type: HprofClass) {
    var fields = Fields(superclass: type.superclass)
    for field in type.fields {
      if field.isReference { fields.references += 1 } else { fields.primitiveBytes += field.bytes }
    }
    classes[type.id] = fields
  }

  func isCompressed(highestAddress: UInt64) -> Bool {
    idBytes == 8 && highestAddress < Self.compressionLimit
  }

  func instance(of type: UInt64, isCompressed: Bool) -> Int {
    var size = isCompressed ? 12 : 2 * idBytes
    var current = type
    for _ in 0..<HprofLimit.superclasses {
      guard let fields = classes[current] else { break }
      size += fields.references * (isCompressed ? 4 : idBytes) + fields.primitiveBytes
      current = fields.superclass
    }
    return Self.aligned(size)
  }

  static func array(_ length: Int, element: Int, isCompressed: Bool) -> Int {
    aligned((isCompressed ? 16 : 24) + length * element)
  }

  private static func aligned(_ size: Int) -> Int { (size + 7) & ~7 }
}
