/// A place in a JSON text (RFC 8259), moved by reading. Strict: what the grammar does not have is an
/// error, also behind the part that anyone wanted.
struct JSONCursor {
  private(set) var offset = 0
  let limits: PrometheusAnswerLimits

  init(limits: PrometheusAnswerLimits) {
    self.limits = limits
  }

  func fault(_ message: String, isTooMuch: Bool = false) -> PrometheusFormatError {
    PrometheusFormatError(offset: offset, message: message, isTooMuch: isTooMuch)
  }

  func expected(_ what: String, _ text: Span<UInt8>) -> PrometheusFormatError {
    fault("expected \(what), found \(found(text))")
  }

  private func found(_ text: Span<UInt8>) -> String {
    offset < text.count ? text.described(at: offset) : "the end of the answer"
  }

  mutating func move(to offset: Int) { self.offset = offset }

  mutating func skipBlanks(_ text: Span<UInt8>) {
    while offset < text.count {
      switch text[offset] {
      case 0x20, 0x0A, 0x0D, 0x09: offset += 1
      default: return
      }
    }
  }

  /// The next byte that is no blank; 0 at the end.
  mutating func peek(_ text: Span<UInt8>) -> UInt8 {
    skipBlanks(text)
    return offset < text.count ? text[offset] : 0
  }

  mutating func take(_ byte: UInt8, _ text: Span<UInt8>) throws(PrometheusFormatError) {
    guard takeIf(byte, text) else {
      throw expected("'\(Character(UnicodeScalar(byte)))'", text)
    }
  }

  mutating func takeIf(_ byte: UInt8, _ text: Span<UInt8>) -> Bool {
    guard peek(text) == byte else { return false }
    offset += 1
    return true
  }

  /// Behind an element: true where another follows, false behind the closing `end`.
  mutating func takeComma(
    orEnd end: UInt8, _ text: Span<UInt8>
  ) throws(PrometheusFormatError) -> Bool {
    if takeIf(UInt8(ascii: ","), text) { return true }
    if takeIf(end, text) { return false }
    throw expected("',' or '\(Character(UnicodeScalar(end)))'", text)
  }

  /// Reads the members of an object: `member` gets each name and must read its value.
  mutating func readObject(
    _ text: Span<UInt8>,
    member: (String, inout JSONCursor) throws(PrometheusFormatError) -> Void
  ) throws(PrometheusFormatError) {
    try take(UInt8(ascii: "{"), text)
    if takeIf(UInt8(ascii: "}"), text) { return }
    repeat {
      let name = try string(text)
      try take(UInt8(ascii: ":"), text)
      try member(name, &self)
    } while try takeComma(orEnd: UInt8(ascii: "}"), text)
  }

  /// Reads the elements of an array: `element` must read one.
  mutating func readArray(
    _ text: Span<UInt8>, element: (inout JSONCursor) throws(PrometheusFormatError) -> Void
  ) throws(PrometheusFormatError) {
    try take(UInt8(ascii: "["), text)
    if takeIf(UInt8(ascii: "]"), text) { return }
    repeat { try element(&self) } while try takeComma(orEnd: UInt8(ascii: "]"), text)
  }

  /// Only blanks may follow.
  mutating func finish(_ text: Span<UInt8>) throws(PrometheusFormatError) {
    skipBlanks(text)
    guard offset == text.count else { throw expected("the end of the answer", text) }
  }
}
