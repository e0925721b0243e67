// Modules: TimeSeries Formats

import Formats
import Glibc

/// A number in an exposition must mean what C's strtod says in the C locale, and what strtod does
/// not take must be an error. Both ways of reading are tried: the fast one, which needs a line feed
/// and room behind it, and the grammar's.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNumber(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let token = Array(UnsafeBufferPointer(start: data, count: size))
  // These part tokens or lines, or begin something else.
  guard !token.contains(where: { [0x00, 0x09, 0x0A, 0x20, 0x23, 0x7B].contains($0) }),
    !token.isEmpty
  else { return 0 }
  let expected = strtodValue(token)
  let padding = [UInt8](repeating: 0x0A, count: 80)
  var parser = ScrapeParser(format: .prometheusText004, keep: .everything)
  _ = parser.parse(Array("a 1\n".utf8).span)
  for tail in [[], padding] {
    let body = Array("a ".utf8) + token + tail
    let outcome = parser.parse(body.span)
    precondition(outcome.samples.first?.value.bitPattern == expected?.bitPattern)
    precondition((outcome.errorCount == 0) == (expected != nil))
    // So that the next body is predicted again.
    _ = parser.parse(Array("a 1\n".utf8).span)
  }
  return 0
}

/// strtod, less what it takes beyond the grammar: hexadecimals and "nan(…)", a sign before "nan".
private func strtodValue(_ token: [UInt8]) -> Double? {
  let letters = Set(token.map { $0 | 0x20 })
  guard !letters.contains(UInt8(ascii: "x")), !token.contains(UInt8(ascii: "(")) else { return nil }
  // strtod skips white space of other kinds.
  guard !token.contains(where: { $0 < 0x20 }) else { return nil }
  let text = token.map(CChar.init(bitPattern:)) + [0]
  return text.withUnsafeBufferPointer { buffer in
    guard let start = buffer.baseAddress else { return nil }
    var end: UnsafeMutablePointer<CChar>?
    let value = strtod(start, &end)
    guard end == UnsafeMutablePointer(mutating: start + token.count) else { return nil }
    if value.isNaN { return token.count == 3 ? .nan : nil }
    return value
  }
}
