/// Which texts stand in JSON as they are (RFC 8259, section 7; DEL is escaped too).
enum JSONText {
  /// Every text of every alert is looked at: eight bytes in one step.
  private static let stepByteCount = 8

  /// Whether nothing in it has to be escaped.
  static func isPlain(_ text: String) -> Bool {
    let bytes = unsafe text.utf8.span.bytes
    let last = bytes.byteCount - stepByteCount
    guard last >= 0 else {
      return bytes.byteOffsets.allSatisfy { offset in
        unsafe isPlain(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
      }
    }
    var offset = 0
    while offset < last {
      let step = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      if holdsOther(step) { return false }
      offset += stepByteCount
    }
    // The last step begins where it has to, in bytes that were looked at.
    return unsafe !holdsOther(bytes.unsafeLoadUnaligned(fromByteOffset: last, as: UInt64.self))
  }

  static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// What stands for a byte that is not plain.
  static func escaped(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\""): return "\\\""
    case UInt8(ascii: "\\"): return "\\\\"
    case UInt8(ascii: "\n"): return "\\n"
    case UInt8(ascii: "\r"): return "\\r"
    case UInt8(ascii: "\t"): return "\\t"
    default:
      let digits = String(byte, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }

  /// Whether one of the eight bytes is not plain: below 0x20, or equal to one of three. The highest bit of
  /// a byte is set by a borrow, and not counted where it was set before.
  private static func holdsOther(_ step: UInt64) -> Bool {
    let below = (step &- each(0x20)) & ~step
    let equal =
      lowest(step ^ each(UInt8(ascii: "\""))) | lowest(step ^ each(UInt8(ascii: "\\")))
      | lowest(step ^ each(0x7f))
    return (below | equal) & each(0x80) != 0
  }

  /// The highest bit of a byte that is zero is set; if any is, so is that of the lowest such byte, and of
  /// no other byte below it.
  private static func lowest(_ step: UInt64) -> UInt64 { (step &- each(1)) & ~step }

  private static func each(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }
}
