import Testing

@testable import Formats

@Suite struct ExactDecimalTests {
  private func decimal(_ token: String) -> ExactDecimal? {
    let bytes = Array(token.utf8)
    return ExactDecimal(bytes.span)
  }

  /// Every pair of this rising row is compared, both ways.
  @Test func ordersByValueNotByText() throws {
    let rising = [
      ["-1e20"], ["-20"], ["-1.6"], ["-1.5", "-15e-1"], ["-.5"], ["0", "-0", "0.000", "0e9"],
      ["1e-300"], ["0.000001", "1e-6", ".0000010"], ["0.5"], ["1", "1.", "001.0", "10e-1"],
      ["9"], ["10", "1e1"], ["1500", "1.5e3"], ["12345678901234567890.1"],
      ["12345678901234567890.10000000000000000001"], ["12345678901234567890.2"], ["1e20"],
    ]
    for (place, tokens) in rising.enumerated() {
      for (otherPlace, others) in rising.enumerated() {
        for token in tokens {
          for other in others {
            let (left, right) = try (#require(decimal(token)), #require(decimal(other)))
            #expect((left < right) == (place < otherPlace), "\(token) < \(other)")
            #expect((left == right) == (place == otherPlace), "\(token) == \(other)")
          }
        }
      }
    }
  }

  @Test(arguments: ["", "x", "NaN", "Inf", "1e", "1.2.3"])
  func refusesWhatIsNoNumber(token: String) {
    #expect(decimal(token) == nil)
  }
}
