/// Takes big-endian numbers off a block of a heap dump, which may end anywhere.
struct HprofCursor {
  /// The block ends within what is being read: more must come.
  enum Stop: Error {
    case incomplete
    case fault(ProfileFault)
  }

  var offset: Int
  /// Bytes of an object's id: 4 or 8.
  let idBytes: Int

  mutating func number(_ bytes: Span<UInt8>, _ size: Int) throws(Stop) -> UInt64 {
    guard bytes.count - offset >= size else { throw .incomplete }
    var value: UInt64 = 0
    for index in offset..<offset + size { value = value << 8 | UInt64(bytes[index]) }
    offset += size
    return value
  }

  mutating func id(_ bytes: Span<UInt8>) throws(Stop) -> UInt64 { try number(bytes, idBytes) }

  mutating func count(_ bytes: Span<UInt8>, _ size: Int) throws(Stop) -> Int {
    Int(try number(bytes, size))
  }

  mutating func skip(_ bytes: Span<UInt8>, _ count: Int) throws(Stop) {
    guard bytes.count - offset >= count else { throw .incomplete }
    offset += count
  }
}

/// Types of fields and elements (hprof's "basic types").
enum HprofType {
  static let object: UInt64 = 2

  /// Bytes of a value in the dump; nil for a type that does not exist.
  static func bytes(_ type: UInt64, idBytes: Int) -> Int? {
    switch type {
    case object: idBytes
    case 4, 8: 1
    case 5, 9: 2
    case 6, 10: 4
    case 7, 11: 8
    default: nil
    }
  }

  /// As a person writes it; of primitive types only.
  static func name(_ type: UInt64) -> String? {
    let names: [UInt64: String] = [
      4: "boolean", 5: "char", 6: "float", 7: "double", 8: "byte", 9: "short", 10: "int",
      11: "long",
    ]
    return names[type]
  }
}
