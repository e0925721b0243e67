internal import TimeSeries

/// Writes JSON (RFC 8259) straight into bytes: what is made by the thousand needs no tree of
/// `JSONValue` in between. Members stand in the order in which they are given.
package struct JSONWriter {
  private var draft: [UInt8] = []
  /// Whether a comma goes before the next member or element.
  private var followsAnother = false

  package init() {
    // Most are alerts, of two kilobytes and more.
    draft.reserveCapacity(4096)
  }

  /// What was written, with no room beyond it, for what is kept: words for an Alertmanager wait by the
  /// thousand.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(draft.count)
    bytes += draft
    return bytes
  }

  /// The same, for what is on its way at once: no copy, and the room is free again in a moment.
  package consuming func finish() -> [UInt8] { draft }

  // MARK: Objects and arrays

  package mutating func object(_ members: (inout JSONWriter) -> Void) {
    open(UInt8(ascii: "{"))
    members(&self)
    close(UInt8(ascii: "}"))
  }

  package mutating func array<Element>(
    _ elements: [Element], _ write: (inout JSONWriter, Element) -> Void
  ) {
    open(UInt8(ascii: "["))
    for element in elements {
      separate()
      write(&self, element)
    }
    close(UInt8(ascii: "]"))
  }

  /// The name of a member, whose value is written next. - Parameter name: nothing in it is escaped.
  package mutating func name(_ name: String) {
    let name = name.utf8.span
    draft.append(addingCapacity: name.count + 4) { bytes in
      if followsAnother { bytes.append(UInt8(ascii: ",")) }
      bytes.append(UInt8(ascii: "\""))
      bytes.append(copying: name)
      bytes.append(UInt8(ascii: "\""))
      bytes.append(UInt8(ascii: ":"))
    }
    followsAnother = true
  }

  /// `null` for nil: unknown is never 0.
  package mutating func member(_ name: String, _ text: String?) {
    self.name(name)
    if let text { write(text) } else { writeNull() }
  }

  /// `null` for nil, NaN and infinities.
  package mutating func member(_ name: String, _ number: Double?) {
    self.name(name)
    if let number { write(number) } else { writeNull() }
  }

  /// For a name that may hold anything.
  package mutating func member(escaping name: String, _ number: Double) {
    separate()
    write(name)
    draft.append(UInt8(ascii: ":"))
    write(number)
  }

  /// `null` for nil.
  package mutating func member(_ name: String, _ value: JSONValue?) {
    self.name(name)
    if let value { write(value) } else { writeNull() }
  }

  private mutating func open(_ bracket: UInt8) {
    draft.append(bracket)
    followsAnother = false
  }

  private mutating func close(_ bracket: UInt8) {
    draft.append(bracket)
    followsAnother = true
  }

  private mutating func separate() {
    if followsAnother { draft.append(UInt8(ascii: ",")) }
    followsAnother = true
  }

  // MARK: Values

  package mutating func write(_ value: JSONValue) {
    switch value {
    case .null: writeNull()
    case .bool(let value): draft.append(text: value ? "true" : "false")
    case .integer(let value): draft.append(text: String(value))
    case .number(let value): write(value)
    case .string(let value): write(value)
    case .array(let values): array(values) { $0.write($1) }
    case .object(let members):
      open(UInt8(ascii: "{"))
      for member in members {
        separate()
        write(member.name)
        draft.append(UInt8(ascii: ":"))
        write(member.value)
      }
      close(UInt8(ascii: "}"))
    case .written(let bytes): draft += bytes
    }
  }

  package mutating func writeNull() { draft.append(text: "null") }

  /// The shortest text that reads back as the same double, whole numbers without a fraction; what JSON
  /// lacks (NaN, infinities) is null.
  package mutating func write(_ number: Double) {
    guard number.isFinite else { return writeNull() }
    // Up to 2^53 every whole double is an exact integer; beyond, the digits would claim too much.
    if number.magnitude <= 9_007_199_254_740_992, let whole = Int64(exactly: number) {
      draft.append(text: String(whole))
    } else {
      draft.append(text: number.description)
    }
  }

  /// Everything beyond ASCII stands as it is, in UTF-8.
  package mutating func write(_ string: String) {
    let text = string.utf8.span
    draft.append(UInt8(ascii: "\""))
    defer { draft.append(UInt8(ascii: "\"")) }
    if !Self.mustEscape(text) { return draft.append(contentsOf: string.utf8) }
    // Nearly every text is one piece.
    for start in stride(from: 0, to: text.count, by: Self.pieceByteCount) {
      let piece = text.extracting(start..<min(start + Self.pieceByteCount, text.count))
      draft.append(addingCapacity: Self.mostBytesOfEscape * piece.count) { bytes in
        for index in piece.indices { Self.append(piece[index], to: &bytes) }
      }
    }
  }

  /// Without a way out in between: so the compiler looks at many bytes at a time.
  private static func mustEscape(_ text: Span<UInt8>) -> Bool {
    var lowest = UInt8.max
    // Zero where it is one of these.
    var difference = UInt8.max
    for index in text.indices {
      let byte = text[index]
      lowest = min(lowest, byte)
      difference = min(difference, byte ^ UInt8(ascii: "\""))
      difference = min(difference, byte ^ UInt8(ascii: "\\"))
      difference = min(difference, byte ^ 0x7f)
    }
    return lowest < 0x20 || difference == 0
  }

  /// What is written in one step.
  private static let pieceByteCount = 256
  /// "\u001f"
  private static let mostBytesOfEscape = 6

  private static func append(_ byte: UInt8, to bytes: inout OutputSpan<UInt8>) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0..<0x20, 0x7f:
      bytes.append(copying: escaped(byte).utf8.span)
    default: bytes.append(byte)
    }
  }

  private static func escaped(_ byte: UInt8) -> String {
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
}
