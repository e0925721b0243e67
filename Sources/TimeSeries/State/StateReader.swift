/// Why bytes are not what a `StateWriter` wrote.
package enum StateFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// They end at `offset`, in the middle of a value.
  case truncated(offset: Int)
  /// What stands before `offset` is no value of its kind.
  case invalid(String, offset: Int)
  /// A later version of LeakWatch wrote them.
  case newer(format: UInt8)

  package var description: String {
    switch self {
    case .truncated(let offset): "ends after \(offset) bytes, in the middle of a value"
    case .invalid(let what, let offset): "no valid \(what) before byte \(offset)"
    case .newer(let format): "format \(format) of a newer LeakWatch"
    }
  }
}

/// Reads back what a `StateWriter` wrote. Never reads beyond the end, and never takes more memory
/// than a small multiple of the bytes, whatever they hold.
package struct StateReader: Sendable {
  private let bytes: [UInt8]
  package private(set) var offset = 0
  private var texts: [String] = []

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var isAtEnd: Bool { offset == bytes.count }

  package func fault(_ what: String) -> StateFault { .invalid(what, offset: offset) }

  package mutating func byte() throws(StateFault) -> UInt8 {
    guard offset < bytes.count else { throw .truncated(offset: bytes.count) }
    defer { offset += 1 }
    return bytes[offset]
  }

  package mutating func flag() throws(StateFault) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    default: throw fault("flag")
    }
  }

  package mutating func unsigned() throws(StateFault) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let next = try byte()
      // The tenth byte holds the highest bit alone.
      if shift == 63, next > 1 { throw fault("number") }
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
    }
    throw fault("number")
  }

  package mutating func signed() throws(StateFault) -> Int64 { ZigZag.decode(try unsigned()) }

  /// A count of elements of at least `size` bytes each that follow.
  package mutating func count(elementsOf size: Int = 1) throws(StateFault) -> Int {
    let count = try unsigned()
    guard count <= UInt64((bytes.count - offset) / size) else { throw fault("count") }
    return Int(count)
  }

  package mutating func double() throws(StateFault) -> Double {
    Double(bitPattern: try word(byteCount: 8))
  }

  package mutating func float() throws(StateFault) -> Float {
    Float(bitPattern: UInt32(truncatingIfNeeded: try word(byteCount: 4)))
  }

  package mutating func text() throws(StateFault) -> String {
    let place = try unsigned()
    if place > 0 {
      guard place <= UInt64(texts.count) else { throw fault("text") }
      return texts[Int(place) - 1]
    }
    let length = try count()
    guard let text = String(validating: bytes[offset..<offset + length], as: UTF8.self) else {
      throw fault("text")
    }
    offset += length
    texts.append(text)
    return text
  }

  package mutating func optional<Value>(
    _ read: (inout StateReader) throws(StateFault) -> Value
  ) throws(StateFault) -> Value? {
    try flag() ? try read(&self) : nil
  }

  package mutating func value<Value: StateCodable>(
    _ type: Value.Type = Value.self
  ) throws(StateFault) -> Value { try Value(from: &self) }

  package mutating func optionalValue<Value: StateCodable>(
    _ type: Value.Type = Value.self
  ) throws(StateFault) -> Value? { try flag() ? try Value(from: &self) : nil }

  package mutating func values<Value: StateCodable>(
    _ type: Value.Type = Value.self
  ) throws(StateFault) -> [Value] {
    let count = try count()
    var values: [Value] = []
    for _ in 0..<count { values.append(try Value(from: &self)) }
    return values
  }

  private mutating func word(byteCount: Int) throws(StateFault) -> UInt64 {
    guard offset + byteCount <= bytes.count else { throw .truncated(offset: bytes.count) }
    var word: UInt64 = 0
    for place in 0..<byteCount { word |= UInt64(bytes[offset + place]) << UInt64(8 * place) }
    offset += byteCount
    return word
  }
}
