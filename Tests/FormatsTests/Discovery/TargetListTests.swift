import Formats
import Testing
import TimeSeries

@Suite struct TargetListTests {
  private func parse(_ text: String) throws(TargetListFault) -> [TargetGroup] {
    try TargetList.parse(Array(text.utf8))
  }

  @Test func aListAsPrometheusDocumentsIt() throws {
    let groups = try parse(
      """
      [
        {
          "targets": ["10.0.10.2:9100", "[::1]:9100"],
          "labels": { "__meta_datacenter": "london", "job": "n\\u00f6de \\"\\ud83d\\ude00\\"" }
        },
        { "targets": [] }
      ]
      """)
    let labels = LabelSet([
      .init(name: "__meta_datacenter", value: "london"), .init(name: "job", value: "nöde \"😀\""),
    ])
    #expect(
      groups == [
        TargetGroup(targets: ["10.0.10.2:9100", "[::1]:9100"], labels: labels),
        TargetGroup(targets: [], labels: .empty),
      ])
  }

  @Test(arguments: ["[]", "null", " [ ] \n", "\u{FEFF}[]", "[{\"targets\":null,\"labels\":null}]"])
  func listsWithoutTargets(text: String) throws {
    #expect(try parse(text).flatMap(\.targets) == [])
  }

  @Test(arguments: [
    ("", 1, 1, "expected an array, found the end"),
    ("{\"targets\": []}", 1, 1, "expected an array, found \"{\""),
    ("- targets: [a]", 1, 1, "expected an array, found \"-\""),
    ("<html>", 1, 1, "expected an array, found \"<\""),
    ("[\n  {\"targets\": [\"a:1\"]},\n]", 3, 1, "expected an object, found \"]\""),
    ("[{\"targets\": [\"a:1\" \"b:2\"]}]", 1, 21, "expected \",\" or \"]\", found \"\"\""),
    ("[{\"targets\": [9100]}]", 1, 15, "expected a string in quotes, found \"9\""),
    ("[{\"labels\": {\"a\": 1}}]", 1, 19, "expected a string in quotes, found \"1\""),
    ("[{\"labels\": {}}]", 1, 16, "a group without \"targets\""),
    (
      "[{\"target\": []}]", 1, 12,
      "unknown key \"target\"; a group has \"targets\" and \"labels\""
    ),
    ("[{\"targets\": [\"a", 1, 15, "a string without its closing quote"),
    ("[{\"targets\": [\"\\ud83d\"]}]", 1, 16, "half of a surrogate pair in a string"),
    ("[{\"targets\": [\"\\q\"]}]", 1, 16, "an unknown escape in a string"),
    ("[] []", 1, 4, "unexpected text after the list"),
  ])
  func brokenListsSayWhereAndWhy(text: String, line: Int, column: Int, message: String) {
    let fault = #expect(throws: TargetListFault.self) { try parse(text) }
    #expect(fault?.description == "line \(line), column \(column): \(message)")
  }

  @Test func aStringThatIsNotUTF8IsRefused() {
    let bytes = Array("[{\"targets\": [\"".utf8) + [0xFF] + Array("\"]}]".utf8)
    let fault = #expect(throws: TargetListFault.self) { try TargetList.parse(bytes) }
    #expect(fault?.message == "the string is not UTF-8")
  }

  /// A file that is cut off anywhere is no list, whatever was read of it before.
  @Test func everyPrefixIsRefused() throws {
    let text = "[{\"targets\":[\"a:1\",\"b:2\"],\"labels\":{\"x\":\"\\u00e9\"}}]"
    #expect(try parse(text).count == 1)
    for length in 0..<text.utf8.count {
      #expect(throws: TargetListFault.self) {
        try TargetList.parse(Array(text.utf8.prefix(length)))
      }
    }
  }
}
