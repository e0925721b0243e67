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

  /// What was written, with no room beyond it: thousands may wait for their delivery.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(draft.count)
    bytes += draft
    return bytes
  }

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
    append(name, value: "", isText: false)
  }

  /// `null` for nil: unknown is never 0.
  package mutating func member(_ name: String, _ text: String?) {
    if let text, !JSONText.isPlain(text) {
      self.name(name)
      return write(text)
    }
    append(name, value: text ?? "null", isText: text != nil)
  }

  /// `null` for nil, NaN and infinities.
  package mutating func member(_ name: String, _ number: Double?) {
    append(name, value: number.map(Self.text) ?? "null", isText: false)
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

  /// A member in one step, as most of an alert is members. - Parameter value: nothing in it is escaped.
  private mutating func append(_ name: String, value: String, isText: Bool) {
    let (name, value) = (name.utf8.span, value.utf8.span)
    draft.append(addingCapacity: name.count + value.count + 6) { bytes in
      if followsAnother { bytes.append(UInt8(ascii: ",")) }
      bytes.append(UInt8(ascii: "\""))
      bytes.append(copying: name)
      bytes.append(UInt8(ascii: "\""))
      bytes.append(UInt8(ascii: ":"))
      if isText { bytes.append(UInt8(ascii: "\"")) }
      bytes.append(copying: value)
      if isText { bytes.append(UInt8(ascii: "\"")) }
    }
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
  package mutating func write(_ number: Double) { draft.append(text: Self.text(number)) }

  private static func text(_ number: Double) -> String {
    guard number.isFinite else { return "null" }
    // Up to 2^53 every whole double is an exact integer; beyond, the digits would claim too much.
    if number.magnitude <= 9_007_199_254_740_992, let whole = Int64(exactly: number) {
      return String(whole)
    }
    return number.description
  }

  /// Everything beyond ASCII stands as it is, in UTF-8.
  package mutating func write(_ string: String) {
    let text = string.utf8.span
    // Most texts stand as they are.
    if JSONText.isPlain(string) {
      return draft.append(addingCapacity: text.count + 2) { bytes in
        bytes.append(UInt8(ascii: "\""))
        bytes.append(copying: text)
        bytes.append(UInt8(ascii: "\""))
      }
    }
    draft.append(UInt8(ascii: "\""))
    defer { draft.append(UInt8(ascii: "\"")) }
    var start = 0
    for index in text.indices where !JSONText.isPlain(text[index]) {
      draft.append(copying: text.extracting(start..<index))
      draft.append(text: JSONText.escaped(text[index]))
      start = index + 1
    }
    draft.append(copying: text.extracting(start..<text.count))
  }
}
