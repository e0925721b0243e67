/// A queue of bytes in one block of memory: bytes go in at the end and leave at the front.
package struct ByteQueue: Sendable {
  private var storage: ContiguousArray<UInt8> = []
  private var head = 0
  package private(set) var count = 0

  package init() {}

  package mutating func append(_ byte: UInt8) {
    if count == storage.count { grow() }
    storage[position(count)] = byte
    count += 1
  }

  /// Byte `offset` places after the front. - Precondition: `0 ..< count`.
  package subscript(offset: Int) -> UInt8 {
    storage[position(offset)]
  }

  /// - Precondition: at least `length` bytes are there.
  package mutating func removeFirst(_ length: Int) {
    precondition(length <= count, "the queue holds fewer bytes")
    head = position(length)
    count -= length
  }

  /// LEB128: seven bits a byte, least significant first.
  package mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// The varint that begins at `offset`; moves `offset` behind it.
  package func varint(at offset: inout Int) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = self[offset]
      offset += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  /// Eight bytes, least significant first.
  package mutating func appendWord(_ value: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  package func word(at offset: inout Int) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      value |= UInt64(self[offset]) << shift
      offset += 1
    }
    return value
  }

  private func position(_ offset: Int) -> Int {
    let index = head + offset
    return index < storage.count ? index : index - storage.count
  }

  /// An eighth more, so that a full log wastes little.
  private mutating func grow() {
    var larger = ContiguousArray<UInt8>()
    let size = storage.count + Swift.max(32, storage.count / 8)
    larger.reserveCapacity(size)
    for offset in 0..<count { larger.append(self[offset]) }
    larger.append(contentsOf: repeatElement(0, count: size - count))
    storage = larger
    head = 0
  }
}

/// Small signed numbers as small unsigned ones: 0, −1, 1, −2, … become 0, 1, 2, 3, …
package enum ZigZag {
  package static func encode(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value << 1) ^ (value >> 63))
  }

  package static func decode(_ code: UInt64) -> Int64 {
    Int64(bitPattern: code >> 1) ^ -Int64(bitPattern: code & 1)
  }
}
