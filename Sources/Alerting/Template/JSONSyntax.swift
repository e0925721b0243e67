/// Whether bytes are one JSON text (RFC 8259), to the letter.
package enum JSONSyntax {
  package struct Problem: Hashable, Sendable {
    /// In bytes.
    package var offset: Int
    package var message: String
  }

  /// nil where nothing is wrong.
  package static func problem(in bytes: [UInt8]) -> Problem? {
    var reader = Reader(bytes: bytes)
    do throws(Problem) {
      try reader.value(depth: 0)
      reader.skipBlanks()
      guard reader.offset == bytes.count else { throw reader.expected("the end") }
      return nil
    } catch {
      return error
    }
  }
}

extension JSONSyntax.Problem: Error {}

extension JSONSyntax {
  private struct Reader {
    static let deepest = 100

    let bytes: [UInt8]
    var offset = 0

    var next: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    func expected(_ what: String) -> Problem {
      let found =
        offset < bytes.count
        ? "\"\(String(decoding: bytes[offset..<min(offset + 12, bytes.count)], as: UTF8.self))\""
        : "the end"
      return Problem(offset: offset, message: "expected \(what), found \(found)")
    }

    mutating func skipBlanks() {
      while [0x20, 0x09, 0x0A, 0x0D].contains(next), offset < bytes.count { offset += 1 }
    }

    mutating func take(_ character: Character) -> Bool {
      skipBlanks()
      guard next == character.asciiValue else { return false }
      offset += 1
      return true
    }

    mutating func value(depth: Int) throws(Problem) {
      guard depth < Self.deepest else {
        throw Problem(offset: offset, message: "more than \(Self.deepest) levels")
      }
      skipBlanks()
      switch next {
      case UInt8(ascii: "{"): try list(closing: "}", hasNames: true, depth: depth)
      case UInt8(ascii: "["): try list(closing: "]", hasNames: false, depth: depth)
      case UInt8(ascii: "\""): try string()
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
      default:
        for word in ["true", "false", "null"] where bytes[offset...].starts(with: word.utf8) {
          offset += word.utf8.count
          return
        }
        throw expected("a value")
      }
    }

    mutating func list(closing: Character, hasNames: Bool, depth: Int) throws(Problem) {
      offset += 1
      if take(closing) { return }
      repeat {
        if hasNames {
          skipBlanks()
          guard next == UInt8(ascii: "\"") else { throw expected("a name in quotes") }
          try string()
          guard take(":") else { throw expected("\":\"") }
        }
        try value(depth: depth + 1)
      } while take(",")
      guard take(closing) else { throw expected("\",\" or \"\(closing)\"") }
    }

    mutating func string() throws(Problem) {
      offset += 1
      while offset < bytes.count {
        switch next {
        case UInt8(ascii: "\""):
          offset += 1
          return
        case UInt8(ascii: "\\"):
          offset += 1
          guard "\"\\/bfnrtu".utf8.contains(next), offset < bytes.count else {
            throw expected("an escape such as \\n")
          }
          if next == UInt8(ascii: "u") { try fourDigits() }
          offset += 1
        case 0..<0x20: throw expected("no control character inside a string")
        default: offset += 1
        }
      }
      throw expected("the closing quote of a string")
    }

    /// Leaves the offset at the last of them.
    mutating func fourDigits() throws(Problem) {
      for _ in 0..<4 {
        offset += 1
        guard Character(UnicodeScalar(next)).isHexDigit else {
          throw expected("four hexadecimal digits")
        }
      }
    }

    mutating func number() throws(Problem) {
      if next == UInt8(ascii: "-") { offset += 1 }
      if next == UInt8(ascii: "0") { offset += 1 } else { try digits() }
      if next == UInt8(ascii: ".") {
        offset += 1
        try digits()
      }
      guard next == UInt8(ascii: "e") || next == UInt8(ascii: "E") else { return }
      offset += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
      try digits()
    }

    mutating func digits() throws(Problem) {
      guard (0x30...0x39).contains(next) else { throw expected("a digit") }
      while (0x30...0x39).contains(next) { offset += 1 }
    }
  }
}
