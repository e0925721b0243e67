import Testing

@testable import Formats

@Suite struct DecimalNumberTests {
  /// Read by the grammar, and through the parser by the fast path with room behind the number.
  private func values(_ token: String) -> [Double?] {
    let bytes = Array(token.utf8)
    var parser = ScrapeParser(format: .prometheusText004, keep: .everything)
    let padding = String(repeating: "x 1\n", count: 20)
    _ = parser.parse(Array(("a 1\n" + padding).utf8).span)
    let outcome = parser.parse(Array("a \(token)\n\(padding)".utf8).span)
    let isRead = outcome.errors.allSatisfy { $0.line > 1 }
    return [DecimalNumber.value(of: bytes.span), isRead ? outcome.samples.first?.value : nil]
  }

  @Test(arguments: [
    "0", "-0", "+0", "1", "-1", "007", "1.", ".5", "-.5", "1.5e3", "1E3", "1e+3", "1e-3",
    "9007199254740991", "9007199254740992", "9007199254740993", "9223372036854775807",
    "-9223372036854775808", "18446744073709551615", "18446744073709551616",
    "99999999999999999999999", "0.1", "0.30000000000000004", "1e22", "1e23", "1e-22", "1e-23",
    "123456789012345678e-5", "1.7976931348623157e308", "1.7976931348623159e308", "1e400", "-1e400",
    "1e-400", "4.9406564584124654e-324", "2.4703282292062327e-324", "2.4703282292062328e-324",
    "2.2250738585072011e-308", "2.2250738585072014e-308", "1e99999999999999999999",
    "1e-99999999999999999999", "0e400", "00000000000000000000000000000.25",
    "0.1000000000000000055511151231257827021181583404541015625",
    "8.988465674311580536566680721305885e307", "1234567.12345678", "12345678.1", "123456789.1",
  ])
  func agreesWithTheStandardLibrary(token: String) throws {
    let expected = try #require(Double(token))
    for value in values(token) { #expect(value?.bitPattern == expected.bitPattern) }
  }

  @Test(arguments: [
    ("inf", Double.infinity), ("+Inf", .infinity), ("-INF", -.infinity), ("Infinity", .infinity),
    ("-infinity", -.infinity), ("nan", .nan), ("NaN", .nan), ("NAN", .nan),
  ])
  func readsWhatIsNotFinite(token: String, expected: Double) {
    for value in values(token) { #expect(value?.bitPattern == expected.bitPattern) }
  }

  @Test(arguments: [
    "", "+", "-", ".", "e", "e5", "1e", "1e+", "1e-", "--1", "+-1", "1.2.3", "1,5", "1_000", "0x10",
    "0x1p-2", "0b1", "0o7", "1f", "+nan", "-nan", "nan(0x1)", "infinit", "infinityy", "in", "١",
    "1\u{0}", "∞",
  ])
  func refusesWhatTheGrammarForbids(token: String) {
    for value in values(token) { #expect(value == nil) }
  }

  @Test func agreesOnRandomNumbers() throws {
    var random = SplitMix(state: 7)
    for _ in 0..<1000 {
      let digits = (0..<Int(1 + random.next() % 22)).map { _ in String(random.next() % 10) }
      let point = Int(random.next() % UInt64(digits.count + 1))
      let exponent = random.next() % 3 == 0 ? "e\(Int(random.next() % 80) - 40)" : ""
      let token = digits[..<point].joined() + "." + digits[point...].joined() + exponent
      let expected = try #require(Double("0" + token + (exponent.isEmpty ? "0" : "")))
      for value in values(token) {
        #expect(value?.bitPattern == expected.bitPattern, "\(token)")
      }
    }
  }
}
