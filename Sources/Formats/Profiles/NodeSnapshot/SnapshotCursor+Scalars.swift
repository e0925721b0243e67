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
    guard offset < bytes.count else {
      throw ProfileFault(.byte(offset - 1), "a string has no end: the file is cut off")
    }
    let letter = bytes[offset]
    advance()
    let plain: UInt8
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = letter
    case UInt8(ascii: "b"): plain = 0x08
    case UInt8(ascii: "f"): plain = 0x0C
    case UInt8(ascii: "n"): plain = 0x0A
    case UInt8(ascii: "r"): plain = 0x0D
    case UInt8(ascii: "t"): plain = 0x09
    case UInt8(ascii: "u"):
      let scalar = try escapedScalar(bytes)
      if keeps { text.append(contentsOf: Array(String(Character(scalar)).utf8)) }
      return
    default: throw ProfileFault(.byte(offset - 2), "an unknown escape in a string")
    }
    if keeps { text.append(plain) }
  }

  /// After "\u": one unit of UTF-16, or two where they make a pair.
  private mutating func escapedScalar(_ bytes: Span<UInt8>) throws(ProfileFault) -> Unicode.Scalar {
    let unit = try hexadecimal(bytes)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
      bytes[offset + 1] == UInt8(ascii: "u")
    else { return "\u{FFFD}" }
    let before = self
    advance()
    advance()
    let second = try hexadecimal(bytes)
    guard (0xDC00...0xDFFF).contains(second) else {
      self = before
      return "\u{FFFD}"
    }
    return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
  }

  private mutating func hexadecimal(_ bytes: Span<UInt8>) throws(ProfileFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard offset < bytes.count,
        let digit = Character(UnicodeScalar(bytes[offset])).hexDigitValue
      else { throw unexpected(bytes, "a hexadecimal digit") }
      value = value << 4 | UInt32(digit)
      advance()
    }
    return value
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
