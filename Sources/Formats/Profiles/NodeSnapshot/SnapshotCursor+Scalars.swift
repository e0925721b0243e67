/// Strings, numbers and words.
extension SnapshotCursor {
  mutating func walkString(
    _ bytes: Span<UInt8>, into text: inout [UInt8], keeps: Bool
  ) throws(ProfileFault) {
    try expect(UInt8(ascii: "\""), bytes)
    let start = offset - 1
    while offset < bytes.count {
      let byte = bytes[offset]
      advance()
      switch byte {
      case UInt8(ascii: "\""): return
      case UInt8(ascii: "\\"): try walkEscape(bytes, into: &text, keeps: keeps)
      case 0..<0x20:
        throw ProfileFault(.byte(offset - 1), "a control character in a string")
      default: if keeps { text.append(byte) }
      }
    }
    throw ProfileFault(.byte(start), "a string has no end: the file is cut off")
  }

  private mutating func walkEscape(
    _ bytes: Span<UInt8>, into text: inout [UInt8], keeps: Bool
  ) throws(ProfileFault) {
    let start = offset - 1
    let scalar: Unicode.Scalar
    switch JSONEscape(bytes, at: start) {
    case .scalar(let meant, let length):
      scalar = meant
      move(to: start + length)
    case .halfPair(let length):
      scalar = "\u{FFFD}"
      move(to: start + length)
    case .cutOff: throw ProfileFault(.byte(start), "a string has no end: the file is cut off")
    case .unknown: throw ProfileFault(.byte(start), "an unknown escape in a string")
    case .badDigit(let offset):
      move(to: offset)
      throw unexpected(bytes, "a hexadecimal digit")
    }
    if keeps { text.append(contentsOf: Array(String(Character(scalar)).utf8)) }
  }

  /// A number, true, false or null; a number's grammar is not checked further than its letters,
  /// because nobody reads it.
  mutating func skipScalar(_ bytes: Span<UInt8>) throws(ProfileFault) {
    for word in ["true", "false", "null"] {
      let letters = Array(word.utf8)
      if bytes.count - offset >= letters.count,
        letters.indices.allSatisfy({ bytes[offset + $0] == letters[$0] })
      {
        for _ in letters { advance() }
        return
      }
    }
    let start = offset
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        advance()
      default:
        guard offset > start else { throw unexpected(bytes, "a value") }
        return
      }
    }
    guard offset > start else { throw unexpected(bytes, "a value") }
  }
}
