import Testing

@testable import Formats

/// A context holds a Map of two sessions, each with an array, and a text; a third session is held
/// weakly alone.
@Suite struct SnapshotHoldingsTests {
  /// Type, name, self size, edges.
  private static let nodes: [[Int]] = [
    [5, 1, 0, 2],  // 0, the root
    [0, 2, 10, 1],  // 1, the context
    [3, 3, 20, 1],  // 2, the Map
    [1, 0, 30, 3],  // 3, its table
    [3, 4, 40, 1],  // 4, a Session
    [3, 4, 40, 1],  // 5, another
    [1, 0, 500, 0],  // 6 and 7, their data
    [1, 0, 500, 0],
    [2, 9, 60, 0],  // 8, the text
    [3, 4, 40, 0],  // 9, the third Session
  ]

  /// Type, name or index, node.
  private static let edges: [[Int]] = [
    [1, 1, 1], [6, 2, 9],
    [0, 5, 2],
    [3, 6, 3],
    [1, 7, 4], [3, 10, 5], [1, 9, 8],
    [2, 7, 6],
    [2, 7, 7],
  ]

  private static func text(nodes: [[Int]] = nodes, edges: [[Int]] = edges) -> String {
    let numbers = { (rows: [[Int]]) in rows.flatMap(\.self).map(String.init).joined(separator: ",")
    }
    let rows = nodes.enumerated().map { [$1[0], $1[1], $0, $1[2], $1[3]] }
    let links = edges.map { [$0[0], $0[1], $0[2] * 5] }
    return #"{"snapshot":{"meta":{"node_fields":["type","name","id","self_size","edge_count"],"#
      + #""node_types":[["hidden","array","string","object","closure","synthetic"],"string"],"#
      + #""edge_fields":["type","name_or_index","to_node"],"edge_types":[["context","element","#
      + #""property","internal","hidden","shortcut","weak"],"string","node"]}},"nodes":["#
      + numbers(rows) + #"],"edges":["# + numbers(links) + #"],"strings":["","(root)","#
      + #""system / Context","Map","Session","sessions","table","data","x","hello","3177"]}"#
  }

  @Test func partsCountToTheObjectThatHoldsThem() throws {
    let bytes = Array(Self.text().utf8)
    let profile = try SnapshotHoldings(bytes.span).profile(bytes.span)
    let sums = profile.stacks.map { (profile.frames[Int($0.frames[0])].site.name, $0.counts) }
    #expect(
      Dictionary(uniqueKeysWithValues: sums) == [
        "(array)": StackCounts(bytes: 30, objects: 1),
        "(string)": StackCounts(bytes: 60, objects: 1),
        "(synthetic)": StackCounts(bytes: 0, objects: 1),
        "(system)": StackCounts(bytes: 10, objects: 1), "Map": StackCounts(bytes: 20, objects: 1),
        "Session": StackCounts(bytes: 1120, objects: 3),
      ])
    #expect(profile.measures.bytes != (try HeapProfile(bytes.span)).measures.bytes)
  }

  @Test func theWayByWhichMostAreHeldIsTold() throws {
    let bytes = Array(Self.text().utf8)
    let holdings = try SnapshotHoldings(bytes.span)
    let way = ["[…] of (array)", "table of Map", "sessions of system / Context"]
    #expect(try holdings.path(to: "Session", bytes.span) == way)
    #expect(try holdings.path(to: "(string)", bytes.span) == way)
    #expect(try holdings.path(to: "Map", bytes.span) == [way[2]])
    #expect(try holdings.path(to: "Nobody", bytes.span) == [])
  }

  @Test func whatHoldsTheMemoryIsNamedWithItsWay() throws {
    let bytes = Array(Self.text().utf8)
    let found = try SnapshotSuspects(bytes.span).found(bytes.span, share: 0.9, limit: 10)
    #expect(found.kind == .nodeSnapshot && found.bytes == 1240 && found.objects == 10)
    // The third session, which is held weakly.
    #expect(found.unreachableBytes == 40)
    let suspect = try #require(found.suspects.first)
    #expect(found.suspects.count == 1)
    #expect(suspect.bytes == 1170)
    #expect(suspect.path.map(\.name) == ["system / Context", "Map", "(array)"])
    #expect(suspect.path.map(\.field) == ["sessions", "table", nil])
    #expect(
      suspect.members == [
        HeapSuspects.Members(name: "Session", count: 2, bytes: 1080),
        HeapSuspects.Members(name: "(string)", count: 1, bytes: 60),
      ])
    #expect(suspect.contents == [HeapSuspects.Members(name: "(array)", count: 2, bytes: 1000)])
    let each = try SnapshotSuspects(bytes.span).found(bytes.span, share: 0.42, limit: 10)
    #expect(each.suspects.map(\.bytes) == [540, 540])
  }

  @Test(arguments: [
    (nodes, Array(edges.dropLast()), "9 edges are announced"),
    (nodes, edges + [[1, 1, 1]], "leads nowhere"),
    (nodes, edges.dropLast() + [[1, 1, 10]], "leads nowhere"),
    (nodes.dropLast() + [[3, 4, 40, 14_000_000]], edges, "too large"),
  ])
  func whatDoesNotFitTogetherIsRefused(nodes: [[Int]], edges: [[Int]], part: String) {
    let bytes = Array(Self.text(nodes: nodes, edges: edges).utf8)
    let fault = #expect(throws: ProfileFault.self) { _ = try SnapshotHoldings(bytes.span) }
    #expect(fault?.description.contains(part) == true, "\(fault?.description ?? "")")
  }

  @Test func nodesThatComeTwiceAreRefused() {
    let text = Self.text()
    let twice = text.dropLast() + #","nodes":[3,3,1,1,1]}"#
    let fault = #expect(throws: ProfileFault.self) {
      _ = try SnapshotHoldings(Array(twice.utf8).span)
    }
    #expect(fault?.message == "the nodes come twice")
  }

  @Test func aRingOfObjectsHasAnEnd() throws {
    // Two objects that hold each other and nobody else holds.
    let ring = [[3, 3, 5, 1], [3, 3, 5, 1]]
    let bytes = Array(
      Self.text(nodes: Self.nodes + ring, edges: Self.edges + [[2, 7, 11], [2, 7, 10]]).utf8)
    let holdings = try SnapshotHoldings(bytes.span)
    #expect(try holdings.profile(bytes.span).total.bytes == 1250)
  }
}
