import Testing
import TimeSeries

@testable import Formats

@Suite struct TracemallocSumsReaderTests {
  private func profile(_ text: String) throws -> HeapProfile {
    try HeapProfile(Array(text.utf8).span)
  }

  private func text(since: Int = 1000, tracebacks: String) -> String {
    #"{"tracemalloc":{"format":1,"since_ms":\#(since),"at_ms":2000},"files":["/srv/app.py","/l.py"],"#
      + #""frames":[[0,12],[1,0]],"tracebacks":\#(tracebacks)}"#
  }

  @Test func readsSumsByTraceback() throws {
    let profile = try profile(text(tracebacks: "[[300,3,[0,1]],[50,1,[1]],[7,2,[]]]"))
    #expect(profile.kind == .tracemalloc)
    #expect(profile.takenAt == Timestamp(milliseconds: 2000))
    #expect(profile.tracedSince == Timestamp(milliseconds: 1000))
    #expect(profile.frames.map(\.site.name) == ["app.py:12", "l.py", "<other>"])
    #expect(profile.frames.map(\.line) == [12, nil, nil])
    #expect(
      profile.stacks.map(\.counts) == [
        StackCounts(bytes: 300, objects: 3), StackCounts(bytes: 50, objects: 1),
        StackCounts(bytes: 7, objects: 2),
      ])
  }

  @Test func twoTracingsAreNotCompared() throws {
    let old = try profile(text(tracebacks: "[]"))
    let new = try profile(text(since: 1500, tracebacks: "[]"))
    let fault = #expect(throws: ProfileMismatch.self) { try HeapDifference(old: old, new: new) }
    #expect(fault?.description.contains("tracing began anew in between") == true)
  }

  @Test(arguments: [
    (#"{"tracemalloc":{"format":2}}"#, "only one known"),
    (#"{"tracemalloc":{"format":1},"files":["a"],"frames":[[1,1]]}"#, "not a file and a line"),
    (#"{"tracemalloc":{"format":1},"tracebacks":[[1,1,[0]]]}"#, "a frame that is not there"),
    (#"{"tracemalloc":{"format":1},"tracebacks":[[1,1,["#, "cut off"),
    (#"{"tracemalloc":{"format":1}}x"#, "the end"),
    (#"{"other":1}"#, "leakwatch_heap"),
  ])
  func whatIsDamagedIsNamed(text: String, part: String) {
    let fault = #expect(throws: ProfileFault.self) { try profile(text) }
    #expect(fault?.description.contains(part) == true, "\(fault?.description ?? "")")
  }
}
