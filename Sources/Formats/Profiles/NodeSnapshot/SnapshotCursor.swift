/// Walks JSON text (RFC 8259) without building a tree, so that a snapshot of gigabytes costs no
/// more than its bytes. Strict: what is no JSON is refused with its place.
struct SnapshotCursor {
  /// Deeper nesting is refused; snapshots need five levels.
  private static let deepest = 64

  private(set) var offset = 0

  mutating func advance() { offset += 1 }

  mutating func move(to offset: Int) { self.offset = offset }

  mutating func skipBlanks(_ bytes: Span<UInt8>) {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: return
      }
    }
  }

  /// Takes `byte` where it stands next, after blanks.
  mutating func takes(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
    skipBlanks(bytes)
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  mutating func expect(_ byte: UInt8, _ bytes: Span<UInt8>) throws(ProfileFault) {
    guard takes(byte, bytes) else {
      throw unexpected(bytes, "'\(Character(UnicodeScalar(byte)))'")
    }
  }

  /// Whether another element or member follows; the opening bracket is taken already.
  mutating func hasNext(
    _ isFirst: Bool, closing: UInt8, _ bytes: Span<UInt8>
  ) throws(ProfileFault) -> Bool {
    if takes(closing, bytes) { return false }
    if !isFirst { try expect(UInt8(ascii: ","), bytes) }
    return true
  }

  /// The name of a member and the colon after it.
  mutating func name(_ bytes: Span<UInt8>) throws(ProfileFault) -> String {
    let name = try string(bytes)
    try expect(UInt8(ascii: ":"), bytes)
    return name
  }

  /// A whole number that is not negative.
  mutating func count(_ bytes: Span<UInt8>) throws(ProfileFault) -> Int64 {
    skipBlanks(bytes)
    let start = offset
    var value: Int64 = 0
    while offset < bytes.count {
      let digit = bytes[offset] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      let (shifted, carried) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowed) = shifted.addingReportingOverflow(Int64(digit))
      if carried || overflowed { throw ProfileFault(.byte(start), "a number exceeds 64 bits") }
      value = sum
      offset += 1
    }
    guard offset > start else { throw unexpected(bytes, "a whole number") }
    return value
  }

  mutating func string(_ bytes: Span<UInt8>) throws(ProfileFault) -> String {
    var text: [UInt8] = []
    try walkString(bytes, into: &text, keeps: true)
    // V8 writes lone halves of surrogate pairs as \\u escapes; they are replaced.
    return String(decoding: text, as: UTF8.self)
  }

  mutating func skipString(_ bytes: Span<UInt8>) throws(ProfileFault) {
    var nothing: [UInt8] = []
    try walkString(bytes, into: &nothing, keeps: false)
  }

  /// Passes over any value.
  mutating func skipValue(_ bytes: Span<UInt8>, depth: Int = 0) throws(ProfileFault) {
    skipBlanks(bytes)
    guard offset < bytes.count else { throw unexpected(bytes, "a value") }
    guard depth < Self.deepest else {
      throw ProfileFault(.byte(offset), "nested deeper than \(Self.deepest) levels")
    }
    switch bytes[offset] {
    case UInt8(ascii: "\""): try skipString(bytes)
    case UInt8(ascii: "["):
      offset += 1
      var isFirst = true
      while try hasNext(isFirst, closing: UInt8(ascii: "]"), bytes) {
        try skipValue(bytes, depth: depth + 1)
        isFirst = false
      }
    case UInt8(ascii: "{"):
      offset += 1
      var isFirst = true
      while try hasNext(isFirst, closing: UInt8(ascii: "}"), bytes) {
        try skipString(bytes)
        try expect(UInt8(ascii: ":"), bytes)
        try skipValue(bytes, depth: depth + 1)
        isFirst = false
      }
    default: try skipScalar(bytes)
    }
  }

  func unexpected(_ bytes: Span<UInt8>, _ what: String) -> ProfileFault {
    guard offset < bytes.count else {
      return ProfileFault(.byte(offset), "expected \(what), found the end: the file is cut off")
    }
    return ProfileFault(.byte(offset), "expected \(what), found \(bytes.described(at: offset))")
  }
}
