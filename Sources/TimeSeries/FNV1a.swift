/// The hash of Fowler, Noll and Vo, variant 1a, 64 bits: the same on every machine and in every run,
/// which Swift's own hashes are not. Its low bits are regular for names that count up; who takes a
/// remainder of it mixes it first.
package struct FNV1a: Sendable {
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  package mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  /// The bytes of its UTF-8.
  package mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
  }

  package static func hash(_ text: String) -> UInt64 {
    var hash = FNV1a()
    hash.add(text)
    return hash.value
  }
}
