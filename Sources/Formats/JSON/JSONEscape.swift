/// One escape in a JSON string (RFC 8259, section 7). What to make of a wrong one is the reader's
/// choice: an answer, a list and a snapshot each have their own words for it.
enum JSONEscape {
  case scalar(Unicode.Scalar, length: Int)
  /// Half of a surrogate pair without its other half.
  case halfPair(length: Int)
  /// The text ends behind the backslash.
  case cutOff
  /// The letter behind the backslash means nothing.
  case unknown
  /// Four hexadecimal digits must stand behind "\u"; at `offset` is none.
  case badDigit(offset: Int)

  /// Reads the escape whose backslash is at `start`. - Precondition: it is there.
  init(_ text: Span<UInt8>, at start: Int) {
    guard start + 1 < text.count else {
      self = .cutOff
      return
    }
    switch text[start + 1] {
    case UInt8(ascii: "\""): self = .scalar("\"", length: 2)
    case UInt8(ascii: "\\"): self = .scalar("\\", length: 2)
    case UInt8(ascii: "/"): self = .scalar("/", length: 2)
    case UInt8(ascii: "b"): self = .scalar("\u{8}", length: 2)
    case UInt8(ascii: "f"): self = .scalar("\u{C}", length: 2)
    case UInt8(ascii: "n"): self = .scalar("\n", length: 2)
    case UInt8(ascii: "r"): self = .scalar("\r", length: 2)
    case UInt8(ascii: "t"): self = .scalar("\t", length: 2)
    case UInt8(ascii: "u"): self = Self.unit(text, start)
    default: self = .unknown
    }
  }

  /// One unit of UTF-16, or two where they make a pair.
  private static func unit(_ text: Span<UInt8>, _ start: Int) -> JSONEscape {
    let first: UInt32
    switch hexadecimal(text, at: start + 2) {
    case .failure(let wrong): return .badDigit(offset: wrong.offset)
    case .success(let value): first = value
    }
    if let scalar = Unicode.Scalar(first) { return .scalar(scalar, length: 6) }
    let next = start + 6
    guard first < 0xDC00, next + 1 < text.count, text[next] == UInt8(ascii: "\\"),
      text[next + 1] == UInt8(ascii: "u")
    else { return .halfPair(length: 6) }
    switch hexadecimal(text, at: next + 2) {
    case .failure(let wrong): return .badDigit(offset: wrong.offset)
    case .success(let second):
      guard (0xDC00..<0xE000).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      else { return .halfPair(length: 6) }
      return .scalar(scalar, length: 12)
    }
  }

  private struct WrongDigit: Error {
    var offset: Int
  }

  private static func hexadecimal(
    _ text: Span<UInt8>, at start: Int
  ) -> Result<UInt32, WrongDigit> {
    var value: UInt32 = 0
    for offset in start..<start + 4 {
      guard offset < text.count,
        let digit = Character(UnicodeScalar(text[offset])).hexDigitValue
      else { return .failure(WrongDigit(offset: offset)) }
      value = value << 4 | UInt32(digit)
    }
    return .success(value)
  }
}
