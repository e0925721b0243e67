extension JSONCursor {
  /// A string with its escapes resolved.
  mutating func string(_ text: Span<UInt8>) throws(PrometheusFormatError) -> String {
    skipBlanks(text)
    guard offset < text.count, text[offset] == UInt8(ascii: "\"") else {
      throw expected("a string", text)
    }
    let start = offset + 1
    var end = start
    while end < text.count, text[end] != UInt8(ascii: "\"") {
      guard text[end] >= 0x20 else {
        move(to: end)
        throw fault("a string holds a control character, \(text.described(at: end))")
      }
      if text[end] == UInt8(ascii: "\\") { return try escapedString(from: start, text) }
      end += 1
    }
    try checkString(from: start, to: end, text)
    guard let value = text.validText(start..<end) else {
      throw fault("the string is not valid UTF-8")
    }
    move(to: end + 1)
    return value
  }

  private func checkString(
    from start: Int, to end: Int, _ text: Span<UInt8>
  ) throws(PrometheusFormatError) {
    guard end < text.count else {
      throw PrometheusFormatError(
        offset: text.count, message: "the answer ends within the string at byte \(start - 1)")
    }
    guard end - start <= limits.textBytes else {
      throw fault("the string is longer than \(limits.textBytes) bytes", isTooMuch: true)
    }
  }

  private mutating func escapedString(
    from start: Int, _ text: Span<UInt8>
  ) throws(PrometheusFormatError) -> String {
    var bytes: [UInt8] = []
    var end = start
    while end < text.count, text[end] != UInt8(ascii: "\"") {
      move(to: end)
      guard text[end] >= 0x20 else {
        throw fault("a string holds a control character, \(text.described(at: end))")
      }
      if text[end] == UInt8(ascii: "\\") {
        let scalar = try escape(&end, text)
        bytes.append(contentsOf: String(Character(scalar)).utf8)
      } else {
        bytes.append(text[end])
        end += 1
      }
    }
    try checkString(from: start, to: end, text)
    guard let value = String(validating: bytes, as: UTF8.self) else {
      throw PrometheusFormatError(offset: start - 1, message: "the string is not valid UTF-8")
    }
    move(to: end + 1)
    return value
  }

  /// What the escape at `end` means; moves `end` behind it.
  private func escape(
    _ end: inout Int, _ text: Span<UInt8>
  ) throws(PrometheusFormatError) -> Unicode.Scalar {
    switch JSONEscape(text, at: end) {
    case .scalar(let scalar, let length):
      end += length
      return scalar
    case .halfPair(let length):
      // As Go writes what is not UTF-8.
      end += length
      return "\u{FFFD}"
    case .cutOff: throw fault("the answer ends within an escape")
    case .unknown:
      throw fault("a backslash before \(text.described(at: end + 1)) means nothing in JSON")
    case .badDigit: throw fault("\\u needs four hexadecimal digits")
    }
  }

  /// A number in JSON's grammar, correctly rounded.
  mutating func number(_ text: Span<UInt8>) throws(PrometheusFormatError) -> Double {
    skipBlanks(text)
    let start = offset
    var end = start
    while end < text.count, text[end].continuesNumber { end += 1 }
    guard end > start, Self.isNumber(text.extracting(start..<end)),
      let value = DecimalNumber.value(of: text.extracting(start..<end))
    else { throw expected("a number", text) }
    move(to: end)
    return value
  }

  /// What `DecimalNumber` allows and JSON does not: a sign +, leading zeros, a bare point.
  private static func isNumber(_ token: Span<UInt8>) -> Bool {
    var first = 0
    if token[0] == UInt8(ascii: "-") { first = 1 }
    guard first < token.count, token[first].isDigit else { return false }
    if token[first] == UInt8(ascii: "0"), first + 1 < token.count, token[first + 1].isDigit {
      return false
    }
    for index in first..<token.count where token[index] == UInt8(ascii: ".") {
      return index + 1 < token.count && token[index + 1].isDigit
    }
    return true
  }

  mutating func boolean(_ text: Span<UInt8>) throws(PrometheusFormatError) -> Bool {
    if takeWord("true", text) { return true }
    if takeWord("false", text) { return false }
    throw expected("true or false", text)
  }

  private mutating func takeWord(_ word: StaticString, _ text: Span<UInt8>) -> Bool {
    skipBlanks(text)
    let letters = word.description.utf8
    guard text.count - offset >= letters.count,
      zip(offset..., letters).allSatisfy({ text[$0] == $1 })
    else { return false }
    move(to: offset + letters.count)
    return true
  }

  /// Reads any value and forgets it; its grammar is checked all the same.
  mutating func skipValue(
    _ text: Span<UInt8>, depth: Int = 0
  ) throws(PrometheusFormatError) {
    guard depth < limits.depth else {
      throw fault("values are nested more than \(limits.depth) deep", isTooMuch: true)
    }
    switch peek(text) {
    case UInt8(ascii: "\""): _ = try string(text)
    case UInt8(ascii: "{"):
      try readObject(text) { (_, cursor) throws(PrometheusFormatError) in
        try cursor.skipValue(text, depth: depth + 1)
      }
    case UInt8(ascii: "["):
      try readArray(text) { (cursor) throws(PrometheusFormatError) in
        try cursor.skipValue(text, depth: depth + 1)
      }
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try boolean(text)
    case UInt8(ascii: "n"):
      guard takeWord("null", text) else { throw expected("a value", text) }
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try number(text)
    default: throw expected("a value", text)
    }
  }

  mutating func takeNull(_ text: Span<UInt8>) -> Bool { takeWord("null", text) }
}

extension UInt8 {
  fileprivate var continuesNumber: Bool {
    isDigit || self == UInt8(ascii: ".") || self == UInt8(ascii: "-") || self == UInt8(ascii: "+")
      || self | 0x20 == UInt8(ascii: "e")
  }
}
