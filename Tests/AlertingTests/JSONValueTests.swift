import Foundation
import Testing

@testable import Alerting

@Suite struct JSONValueTests {
  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (1, "1"), (-42, "-42"), (530_000_000, "530000000"), (0.1, "0.1"),
    (1.5, "1.5"), (9_007_199_254_740_992, "9007199254740992"), (1e16, "1e+16"),
    (.leastNonzeroMagnitude, "5e-324"),
    (1.7976931348623157e308, "1.7976931348623157e+308"), (.nan, "null"), (.infinity, "null"),
    (-.infinity, "null"),
  ])
  func numbersAreShortest(number: Double, text: String) {
    #expect(JSONValue.number(number).text == text)
  }

  @Test func numbersReadBackAsTheSameDouble() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<10_000 {
      let number = Double(bitPattern: generator.next())
      guard number.isFinite else { continue }
      #expect(Double(JSONValue.number(number).text) == number)
    }
  }

  @Test(arguments: [
    ("", #""""#), ("a\"b\\c", #""a\"b\\c""#), ("\n\r\t", #""\n\r\t""#),
    ("\u{0}\u{1b}\u{7f}", #""\u0000\u001b\u007f""#), ("naïve 🦦", "\"naïve 🦦\""), ("/", #""/""#),
    ("e\u{301}\r\n", "\"e\u{301}\\r\\n\""),
  ])
  func stringsAreEscaped(string: String, text: String) {
    #expect(JSONValue.string(string).text == text)
  }

  @Test func structureKeepsItsOrderOnOneLine() {
    let value: JSONValue = [
      "b": [1, 2.5, nil, true, false], "a": [:], "empty": [], "inner": ["x": "y"],
    ]
    #expect(
      value.text
        == #"{"b":[1,2.5,null,true,false],"a":{},"empty":[],"inner":{"x":"y"}}"#)
  }

  @Test func anotherParserReadsTheSame() throws {
    var every = ""
    for code in (0 as UInt32)..<0x300 { every.unicodeScalars.append(Unicode.Scalar(code) ?? " ") }
    let value: JSONValue = ["every": .string(every), "n": .number(0.1)]
    let read = try JSONSerialization.jsonObject(with: Data(value.bytes)) as? [String: Any]
    #expect(read?["every"] as? String == every)
    #expect(read?["n"] as? Double == 0.1)
  }
}
