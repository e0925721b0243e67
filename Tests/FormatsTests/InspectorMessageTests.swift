import Formats
import Testing

@Suite struct InspectorMessageTests {
  private func message(_ text: String) throws -> InspectorMessage {
    try InspectorMessage(Array(text.utf8).span)
  }

  @Test func messagesAreTakenForWhatTheyAre() throws {
    #expect(
      try message(
        #"{"method":"HeapProfiler.addHeapSnapshotChunk","params":{"chunk":"{\"a\":\"\\n\u00e9\"}"}}"#
      )
        == .chunk(Array(#"{"a":"\né"}"#.utf8)))
    #expect(try message(#"{"id":1,"result":{}}"#) == .answer(id: 1, fault: nil))
    #expect(
      try message(#"{"id":2,"error":{"code":-3,"message":"no"}}"#) == .answer(id: 2, fault: "no"))
    #expect(try message(#"{"method":"Other.event","params":{"chunk":7}}"#) == .other)
  }

  @Test(arguments: ["", "x", #"{"id":1"#, #"{"id":1}{"#, #"{"id":-1}"#])
  func whatIsNoMessageIsRefused(text: String) {
    #expect(throws: ProfileFault.self) { try message(text) }
  }

  @Test func thePathOfTheFirstProcessIsFound() throws {
    let list = { (text: String) in try InspectorList.path(Array(text.utf8).span) }
    #expect(
      try list(#"[{"id":"x","webSocketDebuggerUrl":"ws://127.0.0.1:9229/a-b"},{"id":"y"}]"#)
        == "/a-b")
    #expect(try list("[]") == nil)
    #expect(try list(#"[{"webSocketDebuggerUrl":"ws://h/a b"}]"#) == nil)
    #expect(throws: ProfileFault.self) { try list("<html>") }
  }
}
