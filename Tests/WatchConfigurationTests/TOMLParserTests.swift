import Testing

@testable import WatchConfiguration

/// What documents mean, or the exact place and words that refuse them (TOML 1.0.0).
struct TOMLParserTests {
  /// The value of `a` in "a = …".
  private func value(_ text: String) throws -> TOMLNode.Content? {
    guard case .table(let members) = try TOMLParser.parse("a = " + text).content else { return nil }
    return members["a"]?.content
  }

  @Test(arguments: [
    ("0", 0), ("+0", 0), ("-0", 0), ("42", 42), ("-17", -17), ("+99", 99), ("1_000", 1000),
    ("5_3_4", 534), ("0xDEAD_beef", 0xDEAD_BEEF), ("0o755", 493), ("0b1101", 13), ("0x0", 0),
    ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
  ])
  func integers(text: String, expected: Int) throws {
    #expect(try value(text) == .integer(expected))
  }

  @Test(arguments: [
    ("1.0", 1.0), ("+1.5", 1.5), ("-0.01", -0.01), ("5e+22", 5e22), ("1e06", 1e6), ("-2E-2", -0.02),
    ("6.626e-34", 6.626e-34), ("9_224.5_1", 9224.51), ("0e0", 0), ("inf", .infinity),
    ("-inf", -.infinity), ("+inf", .infinity), ("1e400", .infinity),
  ])
  func floats(text: String, expected: Double) throws {
    #expect(try value(text) == .float(expected))
  }

  @Test func notANumberIsAFloat() throws {
    for text in ["nan", "+nan", "-nan"] {
      guard case .float(let number)? = try value(text) else {
        Issue.record("\(text) is not read as a float")
        continue
      }
      #expect(number.isNaN)
    }
  }

  @Test(arguments: [
    "1979-05-27", "1979-05-27T07:32:00Z", "1979-05-27 07:32:00.999-07:00", "07:32:00", "00:32:00.9",
  ])
  func datesAndTimes(text: String) throws {
    #expect(try value(text) == .dateOrTime)
    #expect(try value("[ \(text) , 1]") != nil)
  }

  @Test(arguments: [
    (#""""#, ""), (#"''"#, ""), (#""\b\t\n\f\r\"\\""#, "\u{8}\t\n\u{C}\r\"\\"),
    (#"'C:\x'"#, #"C:\x"#),
    (#""\u00E9\U0001F600""#, "é😀"), ("\"\"\"\nx\r\ny\"\"\"", "x\ny"), ("'''\n\nx'''", "\nx"),
    ("\"\"\"a \\  \n \n  b\"\"\"", "a b"), (#""""a""""""#, "a\"\""), (#"''''a'''''"#, "'a''"),
    ("\"\"\"\"\"\"", ""), ("\"\"\"\\\n  \"\"\"", ""), ("\"a\tb\"", "a\tb"), ("'''\\\n'''", "\\\n"),
  ])
  func strings(text: String, expected: String) throws {
    #expect(try value(text) == .string(expected))
  }

  @Test(arguments: [
    "", "\n\r\n# é\n", "a = [1, [2], {b = 3}, ]", "a = []\nb = {}\nc = [ # x\n]",
    "[a.b.c]\n[a]\n[a.b]\nx = 1", "a.b = 1\na.c = 2", "[f]\na.b = 1\n[f.a.t]\nx = 1",
    "[[a]]\n[[a]]\n[a.b]\n[[a.c]]", "1 = 2\n- = 3\n1979-05-27 = 1\ntrue = 1", "'' = 1", "\"\" = 1",
    "a = {b.c = 1, b.d = 2}", "a = 1 # x", "[a]#x\nb=1", "[ a . 'b c' ]", "\u{FEFF}a = 1",
  ])
  func validDocuments(text: String) throws {
    _ = try TOMLParser.parse(text)
  }

  private static let noEscape =
    "a \"\\\" in a string begins an escape, and this is none; write \"\\\\\", "
    + "or put the text in single quotes"
  private static let noKey =
    "expected a key here (letters, digits, \"_\" and \"-\", or any text in quotes), found "
  private static let noValue = " is not a value; a text, duration or size must stand in quotes"
  private static let noNumber =
    " is not a number: it begins with a zero, has a stray \"_\", or is too large"
  private static let line = "nothing but a comment can follow in this line, found "
  private static let quotes = "; a text value stands in quotes"

  @Test(arguments: [
    ("a", "1:2", "expected \"=\" after the key, found the end of the file"),
    ("a\n= 1", "1:2", "expected \"=\" after the key, found the end of the line"),
    ("a: 1", "1:2", "expected \"=\" after the key, found \":\""),
    ("a b = 1", "1:3", "expected \"=\" after the key, found \"b\""),
    ("= 1", "1:1", noKey + "\"=\""), ("é = 1", "1:1", noKey + "\"é\""),
    ("}", "1:1", noKey + "\"}\""),
    ("a. = 1", "1:4", noKey + "\"=\""), ("a..b = 1", "1:3", noKey + "\".\""),
    ("\"a = 1", "1:1", "this string has no closing quote in its line"),
    ("\"\"\"a\"\"\" = 1", "1:3", "expected \"=\" after the key, found \"\\\"\""),
  ])
  func badKeys(text: String, place: String, message: String) {
    expectError(text, place, message)
  }

  @Test(arguments: [
    ("[a", "1:3", "a [table] line must close its brackets, found the end of the file"),
    ("[[a]\n", "1:5", "a [[table]] line must close its brackets, found the end of the line"),
    ("[a b]", "1:4", "a [table] line must close its brackets, found \"b\""),
    ("[a]]", "1:4", line + "\"]\"" + quotes), ("[a] b = 1", "1:5", line + "\"b\"" + quotes),
    ("[]", "1:2", noKey + "\"]\""), ("[é]", "1:2", noKey + "\"é\""),
    ("[ [a]]", "1:3", noKey + "\"[\""),
    ("[a]\n[a]", "2:2", "the table \"a\" begins in line 1 already; write these keys there"),
    ("a = 1\n[a]", "2:2", "\"a\" has a value above and cannot be a table too"),
    ("a = []\n[[a]]", "2:3", "\"a\" has a value above and cannot be a table too"),
    ("a = {}\n[a.b]", "2:2", "\"a\" has a value above and cannot be a table too"),
    ("[[a]]\n[a]", "2:2", "\"a\" stands in single brackets and in double ones; use one of the two"),
    ("[a]\n[[a]]", "2:3", "\"a\" stands in single brackets and in double ones; use one of the two"),
    (
      "[a.b]\n[[a]]", "2:3",
      "\"a\" stands in single brackets and in double ones; use one of the two"
    ),
    ("a.b = 1\n[a]", "2:2", "the table \"a\" begins in line 1 already; write these keys there"),
    (
      "[f]\na.b = 1\n[f.a]", "3:4",
      "the table \"a\" begins in line 2 already; write these keys there"
    ),
  ])
  func badHeaders(text: String, place: String, message: String) {
    expectError(text, place, message)
  }

  @Test(arguments: [
    ("a = 1\na = 2", "2:1"), ("a.b = 1\na = 2", "2:1"), ("a = 1\na.b = 2", "2:1"),
    ("[a.b]\n[a]\nb.c = 1", "3:1"), ("[a]\nb = {}\nb.c = 1", "3:1"), ("a = []\na.b = 1", "2:1"),
    ("'a' = 1\na = 1", "2:1"), ("[[a]]\nb = 1\nb = 2", "3:1"),
  ])
  func keysSetTwice(text: String, place: String) {
    let name = text.contains("\nb") ? "b" : "a"
    expectError(text, place, "\"\(name)\" is set a second time; remove one")
  }

  @Test(arguments: [
    ("", "1:5", "a value is missing here, found the end of the file"),
    ("\n", "1:5", "a value is missing here, found the end of the line"),
    ("# 1", "1:5", "a value is missing here, found \"#\""),
    ("}", "1:5", "a value is missing here, found \"}\""),
    ("60s", "1:5", "\"60s\"" + noValue), ("system.slice/*", "1:5", "\"system.slice/*\"" + noValue),
    ("1.5.2", "1:5", "\"1.5.2\"" + noValue), (".5", "1:5", "\".5\"" + noValue),
    ("5.", "1:5", "\"5.\"" + noValue), ("1.e2", "1:5", "\"1.e2\"" + noValue),
    ("1e", "1:5", "\"1e\"" + noValue), ("0x", "1:5", "\"0x\"" + noValue),
    ("+0x1", "1:5", "\"+0x1\"" + noValue),
    ("0o8", "1:5", "\"0o8\"" + noValue), ("INF", "1:5", "\"INF\"" + noValue),
    ("1e1_", "1:5", "\"1e1_\"" + noValue),
    ("01.5", "1:5", "\"01.5\"" + noValue), ("1979-05-27x", "1:5", "\"1979-05-27x\"" + noValue),
    ("01", "1:5", "\"01\"" + noNumber), ("1_", "1:5", "\"1_\"" + noNumber),
    ("_1", "1:5", "\"_1\"" + noNumber),
    ("1__0", "1:5", "\"1__0\"" + noNumber), ("--1", "1:5", "\"--1\"" + noNumber),
    ("9223372036854775808", "1:5", "\"9223372036854775808\"" + noNumber),
    ("yes", "1:5", "\"yes\" is not a value; write true"),
    ("True", "1:5", "\"True\" is not a value; write true"),
    ("off", "1:5", "\"off\" is not a value; write false"), ("= 1", "1:5", "one \"=\" is enough"),
    ("“x”", "1:5", "\"“\" does not begin a string; use \" instead"),
    ("\u{A0}\"x\"", "1:5", "an unusual blank stands before this value; use a plain space"),
    ("http://x/y", "1:5", "a URL must stand in quotes"),
    ("1 b = 2", "1:7", line + "\"b\"" + quotes), ("'a'b", "1:8", line + "\"b\"" + quotes),
    ("1 \u{B}", "1:7", line + "\"\\u{b}\"" + quotes),
    ("1 # \u{7F}", "1:9", "a comment cannot hold the control character \"\\u{7f}\""),
    ("1\r", "1:6", line + "\"\\u{d}\"" + quotes),
  ])
  func badValues(text: String, place: String, message: String) {
    expectError("a = " + text, place, message)
  }

  @Test(arguments: [
    ("\"x", "1:5", "this string has no closing quote in its line"),
    ("'x\n'", "1:5", "this string has no closing quote in its line"),
    ("\"\"\"x\"", "1:5", "this string has no closing three quotes"),
    ("'''\n\n", "1:5", "this string has no closing three quotes"),
    ("\"\\q\"", "1:6", noEscape), ("\"\\", "1:6", noEscape), ("\"\"\"\\ x\"\"\"", "1:8", noEscape),
    ("\"\\u00zz\"", "1:6", "this escape needs 4 hexadecimal digits"),
    ("\"\\U0000004\"", "1:6", "this escape needs 8 hexadecimal digits"),
    ("\"\\uD800\"", "1:6", "this escape names no Unicode character"),
    ("\"\\U00110000\"", "1:6", "this escape names no Unicode character"),
    ("\"a\u{0}\"", "1:7", "a string cannot hold the control character \"\\u{0}\""),
    ("'''\r'''", "1:8", "a string cannot hold the control character \"\\u{d}\""),
  ])
  func badStrings(text: String, place: String, message: String) {
    expectError("a = " + text, place, message)
  }

  @Test(arguments: [
    ("[1, 2", "1:5", "this array has no closing \"]\""),
    ("[", "1:5", "this array has no closing \"]\""),
    ("[1 2]", "1:8", "expected \",\" or the closing \"]\" of an array, found \"2\""),
    ("[,]", "1:6", "a value is missing here, found \",\""),
    ("[1,,2]", "1:8", "a value is missing here, found \",\""),
    ("{b = 1, }", "1:13", "no \",\" can stand before this \"}\""),
    (
      "{b = 1\n}", "1:11",
      "a { … } table stands in one line and ends with \"}\", found the end of the line; use a [table] for more"
    ),
    (
      "{b = 1 c = 2}", "1:12",
      "a { … } table stands in one line and ends with \"}\", found \"c\"; use a [table] for more"
    ),
    ("{,}", "1:6", noKey + "\",\""), ("{\n}", "1:6", noKey + "the end of the line"),
    ("{b = 1, b = 2}", "1:13", "\"b\" is set a second time; remove one"),
    ("{b = {c = 1}, b.d = 2}", "1:19", "\"b\" is set a second time; remove one"),
  ])
  func badArraysAndTables(text: String, place: String, message: String) {
    expectError("a = " + text, place, message)
  }

  @Test func depthIsBounded() throws {
    _ = try TOMLParser.parse(
      "a = " + String(repeating: "[", count: 32) + String(repeating: "]", count: 32))
    let message = "arrays and tables are nested deeper than 32 here"
    expectError("a = " + String(repeating: "[", count: 100_000), "1:37", message)
    expectError("a = " + String(repeating: "{a=", count: 100_000), "1:101", message)
    let names = "a key with more than 16 names is none of LeakWatch's"
    expectError(String(repeating: "a.", count: 100_000) + "a = 1", "1:33", names)
    expectError("[" + String(repeating: "a.", count: 100_000) + "a]", "1:34", names)
  }

  private func expectError(
    _ text: String, _ place: String, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    do throws(TOMLSyntaxError) {
      _ = try TOMLParser.parse(text)
      Issue.record("\(quoted(text)) is accepted", sourceLocation: sourceLocation)
    } catch {
      let found = "\(error.position.line):\(error.position.column)"
      #expect(found == place, "\(quoted(text))", sourceLocation: sourceLocation)
      #expect(error.message == message, "\(quoted(text))", sourceLocation: sourceLocation)
    }
  }
}
