import Testing

@testable import WatchConfiguration

/// Where keys and values stand, in every shape that TOML has.
struct KeyLocatorTests {
  /// "a.b[1]" as a path; names with dots or brackets are not needed here.
  private func path(_ text: String) -> TOMLPath {
    text.split(separator: ".").flatMap { part -> TOMLPath in
      let pieces = part.split(separator: "[")
      let indexes = pieces.dropFirst().compactMap { Int($0.dropLast()) }.map(TOMLPathStep.index)
      return [.key(String(pieces[0]))] + indexes
    }
  }

  /// "key line:column, value line:column" of each path.
  private func expect(
    _ text: String, _ expected: [(path: String, place: String)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let locator = KeyLocator(text)
    for (name, place) in expected {
      let found = locator.locations[path(name)].map {
        "\($0.key.line):\($0.key.column) \($0.value.line):\($0.value.column)"
      }
      #expect(found == place, "\(name)", sourceLocation: sourceLocation)
    }
  }

  @Test func plainKeys() {
    expect(
      "a = 1\n  b=2 # c = 3\n\tc  =  'x'\r\nd = true",
      [
        ("a", "1:1 1:5"), ("b", "2:3 2:5"), ("c", "3:2 3:8"), ("d", "4:1 4:5"),
      ])
    #expect(KeyLocator("a = 1 # b = 2\n#c = 3\n").locations.count == 1)
  }

  @Test func dottedAndQuotedKeys() {
    expect(
      "a.b . c = 1\n\"x\".'y' = 2\n\"\\u0070\\\"\" = 3\n\"\" = 4",
      [
        ("a", "1:1 1:1"), ("a.b", "1:3 1:3"), ("a.b.c", "1:7 1:11"), ("x.y", "2:5 2:11"),
        ("p\"", "3:1 3:14"),
      ])
    #expect(KeyLocator("\"\" = 4").locations[[.key("")]] != nil)
    #expect(KeyLocator("\"a.b\" = 4").locations[[.key("a.b")]]?.value.column == 9)
  }

  @Test func tables() {
    expect(
      "[ a . \"b\" ]\nc = 1\n\n[a]\nd = 2 # [x]\n[e] # [y]\nf = 3",
      [
        ("a", "4:2 4:2"), ("a.b", "1:7 1:7"), ("a.b.c", "2:1 2:5"), ("a.d", "5:1 5:5"),
        ("e", "6:2 6:2"), ("e.f", "7:1 7:5"),
      ])
  }

  @Test func arraysOfTables() {
    let text = """
      [[a]]
      x = 1
      [a.t]
      y = 2
      [[a.u]]
      z = 3
      [[a.u]]
      z = 4
      [[ a ]]
      x = 5
      [[a.u]]
      z = 6
      [b]
      x = 7
      """
    expect(
      text,
      [
        ("a", "1:3 1:3"), ("a[0]", "1:3 1:3"), ("a[0].x", "2:1 2:5"), ("a[0].t.y", "4:1 4:5"),
        ("a[0].u[0].z", "6:1 6:5"), ("a[0].u[1]", "7:5 7:5"), ("a[0].u[1].z", "8:1 8:5"),
        ("a[1]", "9:4 9:4"), ("a[1].x", "10:1 10:5"), ("a[1].u[0].z", "12:1 12:5"),
        ("b.x", "14:1 14:5"),
      ])
  }

  @Test func inlineTablesAndArrays() {
    expect(
      "a = { b = 1, c.d = [ 'x', {e=2} ], f = {} }\ng = [ # h = 1 ]\n  1,\n\n  [2, 3], # ,\n]\ni = 4",
      [
        ("a", "1:1 1:5"), ("a.b", "1:7 1:11"), ("a.c", "1:14 1:14"), ("a.c.d", "1:16 1:20"),
        ("a.c.d[0]", "1:22 1:22"), ("a.c.d[1]", "1:27 1:27"), ("a.c.d[1].e", "1:28 1:30"),
        ("a.f", "1:36 1:40"), ("g", "2:1 2:5"), ("g[0]", "3:3 3:3"), ("g[1]", "5:3 5:3"),
        ("g[1][1]", "5:7 5:7"), ("i", "7:1 7:5"),
      ])
  }

  @Test func stringsThatLookLikeToml() {
    let text = #"""
      a = "x = 1 # \" ] }"
      b = """
      c = 2
      [d]
      \""" still
      """""
      e = '''
      [[f]] ' '' \'''
      g = ['#', "]", '''
      ]
      '''] # h = 1
      i = "\\"
      j = 1
      """#
    let locator = KeyLocator(text)
    let names = locator.locations.keys.filter { $0.count == 1 }
    #expect(Set(names) == Set(["a", "b", "e", "g", "i", "j"].map { [.key($0)] }))
    expect(
      text,
      [
        ("b", "2:1 2:5"), ("e", "7:1 7:5"), ("g[1]", "9:11 9:11"), ("g[2]", "9:16 9:16"),
        ("i", "12:1 12:5"), ("j", "13:1 13:5"),
      ])
  }

  @Test func columnsCountScalars() {
    expect(
      "\u{FEFF}a = 'é漢😀' # b\nc = [ 'e\u{301}', 1 ]",
      [
        ("a", "1:1 1:5"), ("c[1]", "2:13 2:13"),
      ])
  }

  @Test func datesAndNumbersEndWithTheirLine() {
    expect(
      "a = 1979-05-27 07:32:00Z\nb = [1979-05-27 07:32:00, -inf]\nc = 0x1F",
      [
        ("b[1]", "2:27 2:27"), ("c", "3:1 3:5"),
      ])
  }

  @Test func anAncestorStandsInForWhatIsNotThere() {
    let locator = KeyLocator("[a]\nb = 1")
    #expect(locator.location(of: path("a.b.c.d")) == locator.locations[path("a.b")])
    #expect(locator.location(of: path("z")).key == SourcePosition(line: 1, column: 1))
  }

  /// Not TOML at all: what is found does not matter, but the end is reached.
  @Test(arguments: [
    "", "\n", "=", "[", "[[", "[[a", "[a]]", "a", "a =", "a = [", "a = [[1", "a = {", "a = {b",
    "a = {b = ", "a = \"", "a = \"\\", "a = \"\\u", "a = '''", "a = \"\"\"\"", "]", "}", ",",
    "a..b = 1",
    "\"", "\"\"\"", ".", "a = ]", "a = [,]", "a = [}]", "a = {]}", "a = {,}", "\u{FEFF}", "é = 1",
    "\u{0}",
  ])
  func anyTextEnds(text: String) {
    let locator = KeyLocator(text)
    #expect(locator.locations.count < 5)
  }

  @Test func deepNestingEnds() {
    _ = KeyLocator("a = " + String(repeating: "[", count: 100_000))
    _ = KeyLocator("a = " + String(repeating: "{a=", count: 100_000))
    _ = KeyLocator(String(repeating: "a.", count: 100_000) + "a = 1")
    _ = KeyLocator("[" + String(repeating: "a.", count: 100_000) + "a]\nb = 1")
  }

  /// Every value of a document that the parser accepts is found, and nothing else.
  @Test(arguments: [
    "a = 1", "[a]\n[a.b]\nc.d = [1, [2, {x = 3}]]", "[[a]]\n[[a]]\nb = [[], [1]]",
    "a = {b = {c = {}}}\n'd e' = '''\nf = 1'''", "[a.b]\nx = 1\n[a]\ny = 2", "a.b = 1\na.c = 2",
    "[[a.b]]\n[a.b.c]\nd = 1\n[[a.b]]\n[a.b.c]\nd = 2",
  ])
  func locatesExactlyTheTree(text: String) throws {
    let root = try TOMLDocument.parse(text)
    #expect(Set(KeyLocator(text).locations.keys) == paths(in: root, below: []))
  }

  private func paths(in node: TOMLNode, below path: TOMLPath) -> Set<TOMLPath> {
    var found: Set<TOMLPath> = path.isEmpty ? [] : [path]
    switch node.content {
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        found.formUnion(paths(in: element, below: path + [.index(index)]))
      }
    case .table(let members):
      for (name, member) in members {
        found.formUnion(paths(in: member, below: path + [.key(name)]))
      }
    default: break
    }
    return found
  }
}
