import Testing

@testable import WatchConfiguration

/// Where keys and values stand, in every shape that TOML has.
struct TOMLPositionTests {
  /// "a.b[1]": what stands there; names with dots or brackets are not needed here.
  private func node(_ path: String, in root: TOMLNode) -> TOMLNode? {
    var node: TOMLNode? = root
    for part in path.split(separator: ".") {
      let pieces = part.split(separator: "[")
      guard case .table(let members)? = node?.content else { return nil }
      node = members[String(pieces[0])]
      for index in pieces.dropFirst().compactMap({ Int($0.dropLast()) }) {
        guard case .array(let elements)? = node?.content, elements.indices.contains(index) else {
          return nil
        }
        node = elements[index]
      }
    }
    return node
  }

  /// "key line:column, value line:column" of each path.
  private func expect(
    _ text: String, _ expected: [(path: String, place: String)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let root = try TOMLParser.parse(text)
    for (path, place) in expected {
      let found = node(path, in: root).map {
        "\($0.keyPosition.line):\($0.keyPosition.column) \($0.position.line):\($0.position.column)"
      }
      #expect(found == place, "\(path)", sourceLocation: sourceLocation)
    }
  }

  @Test func plainKeys() throws {
    try expect(
      "a = 1\n  b=2 # c = 3\n\tc  =  'x'\r\nd = true",
      [("a", "1:1 1:5"), ("b", "2:3 2:5"), ("c", "3:2 3:8"), ("d", "4:1 4:5")])
  }

  @Test func dottedAndQuotedKeys() throws {
    try expect(
      "a.b . c = 1\n\"x\".'y' = 2\n\"\\u0070\\\"\" = 3",
      [
        ("a", "1:1 1:1"), ("a.b", "1:3 1:3"), ("a.b.c", "1:7 1:11"), ("x.y", "2:5 2:11"),
        ("p\"", "3:1 3:14"),
      ])
  }

  @Test func tables() throws {
    try expect(
      "[ a . \"b\" ]\nc = 1\n\n[a]\nd = 2 # [x]\n[e] # [y]\nf = 3",
      [
        ("a", "4:2 4:2"), ("a.b", "1:7 1:7"), ("a.b.c", "2:1 2:5"), ("a.d", "5:1 5:5"),
        ("e", "6:2 6:2"), ("e.f", "7:1 7:5"),
      ])
  }

  @Test func arraysOfTables() throws {
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
    try expect(
      text,
      [
        ("a", "1:3 1:3"), ("a[0]", "1:3 1:3"), ("a[0].x", "2:1 2:5"), ("a[0].t.y", "4:1 4:5"),
        ("a[0].u[0].z", "6:1 6:5"), ("a[0].u[1]", "7:5 7:5"), ("a[0].u[1].z", "8:1 8:5"),
        ("a[1]", "9:4 9:4"), ("a[1].x", "10:1 10:5"), ("a[1].u[0].z", "12:1 12:5"),
        ("b.x", "14:1 14:5"),
      ])
  }

  @Test func inlineTablesAndArrays() throws {
    try expect(
      "a = { b = 1, c.d = [ 'x', {e=2} ], f = {} }\ng = [ # h = 1 ]\n  1,\n\n  [2, 3], # ,\n]\ni = 4",
      [
        ("a", "1:1 1:5"), ("a.b", "1:7 1:11"), ("a.c", "1:14 1:14"), ("a.c.d", "1:16 1:20"),
        ("a.c.d[0]", "1:22 1:22"), ("a.c.d[1]", "1:27 1:27"), ("a.c.d[1].e", "1:28 1:30"),
        ("a.f", "1:36 1:40"), ("g", "2:1 2:5"), ("g[0]", "3:3 3:3"), ("g[1]", "5:3 5:3"),
        ("g[1][1]", "5:7 5:7"), ("i", "7:1 7:5"),
      ])
  }

  @Test func afterStringsThatLookLikeTOML() throws {
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
    try expect(
      text,
      [
        ("a", "1:1 1:5"), ("b", "2:1 2:5"), ("e", "7:1 7:5"), ("g[1]", "9:11 9:11"),
        ("g[2]", "9:16 9:16"), ("i", "12:1 12:5"), ("j", "13:1 13:5"),
      ])
  }

  @Test func columnsCountScalars() throws {
    try expect(
      "\u{FEFF}a = 'é漢😀' # b\nc = [ 'e\u{301}', 1 ]", [("a", "1:1 1:5"), ("c[1]", "2:13 2:13")])
  }

  @Test func datesEndWithTheirTime() throws {
    try expect(
      "a = 1979-05-27 07:32:00Z\nb = [1979-05-27 07:32:00, -inf]\nc = 0x1F",
      [("b[1]", "2:27 2:27"), ("c", "3:1 3:5")])
  }
}
