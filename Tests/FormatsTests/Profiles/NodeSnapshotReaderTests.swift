import Testing

@testable import Formats

@Suite struct NodeSnapshotReaderTests {
  private static let meta =
    #"{"snapshot":{"meta":{"node_fields":["type","name","id","self_size"],"#
    + #""node_types":[["hidden","array","string","object","code","closure","regexp","native"],"#
    + #""string","number","number"],"edge_fields":[]},"node_count":3},"#

  private func profile(_ text: String) throws(ProfileFault) -> HeapProfile {
    let bytes = Array(text.utf8)
    return try HeapProfile(bytes.span)
  }

  @Test func countsByConstructor() throws {
    let profile = try profile(
      Self.meta.replacing(#""node_count":3"#, with: #""node_count":8"#)
        + #""nodes":[3,1,1,100, 3,1,3,50 ,7,2,5,8,5,0,7,32,4,0,9,9,2,3,11,24,3,4,13,1,0,0,15,2],"#
        + #""edges":[[{"a":"\"]"}],null,-1.5e3],"strings":["","Session","Node \u00e9\ud83d\ude00","x\"y",""]} "#
    )
    let counts = profile.stacks.map { (profile.frames[Int($0.frames[0])].site.name, $0.counts) }
    #expect(
      Dictionary(uniqueKeysWithValues: counts) == [
        "Session": StackCounts(bytes: 150, objects: 2),
        "Node é😀": StackCounts(bytes: 8, objects: 1),
        "Function": StackCounts(bytes: 32, objects: 1),
        "(compiled code)": StackCounts(bytes: 9, objects: 1),
        "(string)": StackCounts(bytes: 24, objects: 1),
        "(object)": StackCounts(bytes: 1, objects: 1),
        "(system)": StackCounts(bytes: 2, objects: 1),
      ])
  }

  @Test(arguments: [
    (
      #"{"a":1}"#,
      "JSON, but neither a Node heap snapshot, which begins with {\"snapshot\":, nor "
        + "leakwatch_heap's, which begins with {\"tracemalloc\":"
    ),
    (#"{"snapshot":{}}"#, "at byte 12: the snapshot's nodes have no field \"type\""),
    (
      #"{"snapshot":{"meta":{"node_fields":["type","name","self_size"]}}}"#,
      "at byte 12: the snapshot does not say which types its nodes have"
    ),
    (
      meta + #""nodes":[3,1,1],"strings":[]}"#,
      "at byte \(meta.utf8.count + 15): the last node ends after 3 of its fields"
    ),
    (
      meta + #""nodes":[3,1,1,1],"strings":[]}"#,
      "at byte \(meta.utf8.count + 8): 3 nodes are announced, and there are 1"
    ),
    (
      meta + #""strings":[],"nodes":[]}"#,
      "at byte \(meta.utf8.count + 10): the strings come before the nodes"
    ),
    (
      meta + #""nodes":[-1]}"#, "at byte \(meta.utf8.count + 9): expected a whole number, found '-'"
    ),
    (meta + #""nodes":[1.5]}"#, "at byte \(meta.utf8.count + 10): expected ',', found '.'"),
    (
      meta + #""nodes":[99999999999999999999]}"#,
      "at byte \(meta.utf8.count + 9): a number exceeds 64 bits"
    ),
    (
      meta + #""nodes":[1,"#,
      "at byte \(meta.utf8.count + 11): expected a whole number, found the end: the file is cut off"
    ),
    (
      meta + #""x":"abc"#,
      "at byte \(meta.utf8.count + 4): a string has no end: the file is cut off"
    ),
    (meta + #""x":"\q"}"#, "at byte \(meta.utf8.count + 5): an unknown escape in a string"),
    (
      meta + #""x":"\u12g4"}"#,
      "at byte \(meta.utf8.count + 9): expected a hexadecimal digit, found 'g'"
    ),
    (meta + "\"x\":\"\n\"}", "at byte \(meta.utf8.count + 5): a control character in a string"),
    (meta + #""x":tru}"#, "at byte \(meta.utf8.count + 4): expected a value, found 't'"),
    (meta + #""x":1}"#, "the heap snapshot lacks its nodes or its strings"),
    (meta + #""x":1} x"#, "at byte \(meta.utf8.count + 7): expected the end, found 'x'"),
    (
      meta + #""x":"# + String(repeating: "[", count: 100),
      "at byte \(meta.utf8.count + 68): nested deeper than 64 levels"
    ),
    (
      meta + #""nodes":[3,9,1,1,3,9,1,1,3,9,1,1],"strings":[]}"#,
      "a node names string 9, which is not there"
    ),
    (
      meta + #""nodes":[77,0,1,1,3,0,1,1,3,0,1,1],"strings":["a"]}"#,
      "a node has the type 77, which is not described"
    ),
  ])
  func refusesWhatIsDamaged(text: String, message: String) {
    let error = #expect(throws: ProfileFault.self) { try profile(text) }
    #expect(error?.description == message)
  }

  @Test func nodesWithoutDescriptionAreRefused() {
    let error = #expect(throws: ProfileFault.self) {
      try profile(#"{"snapshot": 1}"#)
    }
    #expect(error?.description == "at byte 13: expected '{', found '1'")
  }
}
