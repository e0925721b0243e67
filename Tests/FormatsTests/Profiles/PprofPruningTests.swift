import Testing

@testable import Formats

/// Frames that a profile itself asks to leave out. That real profiles lose the frames which pprof drops is
/// tested beside `diff`.
@Suite struct PprofPruningTests {
  /// - Parameter functions: of one stack, the innermost first; those of one location are joined by "+".
  private func stack(_ functions: [String], drop: String, keep: String = "") throws -> [String] {
    var writer = PprofWriter()
    writer.sampleType("space", "bytes")
    var ids: [String: UInt64] = [:]
    func id(_ name: String) -> UInt64 {
      if let id = ids[name] { return id }
      let id = UInt64(ids.count + 1)
      ids[name] = id
      writer.function(id, name, "a.cc")
      return id
    }
    var locations: [UInt64] = []
    for (index, names) in functions.enumerated() {
      let lines = names.split(separator: "+").map { (function: id(String($0)), line: UInt64(1)) }
      locations.append(UInt64(index + 1))
      writer.location(UInt64(index + 1), lines: lines)
    }
    writer.sample(locations, [10])
    writer.frames(drop: drop, keep: keep)
    let profile = try HeapProfile(writer.bytes().span)
    #expect(profile.total.bytes == 10)
    return try #require(profile.stacks.first).frames.map { profile.frames[Int($0)].site.name }
  }

  @Test(arguments: [
    // What matches goes with what it calls, from the outermost match inwards.
    (["malloc", "new", "work", "main"], "new|work", "", ["main"]),
    (["malloc", "new", "work", "main"], "new", "", ["work", "main"]),
    (["malloc", "new", "work", "main"], "ne", "", ["malloc", "new", "work", "main"]),
    (["malloc", "new", "work", "main"], "ne.*", "new", ["malloc", "new", "work", "main"]),
    // The outermost frames are left, or nothing might be.
    (["malloc", "new", "start", "main"], "start|main", "", ["malloc", "new", "start", "main"]),
    (["malloc", "new", "work", "main"], "malloc|main", "", ["new", "work", "main"]),
    (["malloc"], ".*", "", ["malloc"]),
    // Of inlined calls those that called it stay.
    (["malloc+new+work", "main"], "new", "", ["work", "main"]),
    (["malloc+new+work", "main"], "work", "", ["main"]),
    // Arguments are no part of a name.
    (["tc::Alloc(int)", "a(b, c)", "main"], "tc::Alloc", "", ["a(b, c)", "main"]),
    ([".tc::Alloc", "main"], "tc::Alloc", "", ["main"]),
    (["(anonymous namespace)::operator()(int)", "main"], ".*::operator\\(\\)", "", ["main"]),
    // pprof ignores what is no expression.
    (["malloc", "main"], "mal(", "", ["malloc", "main"]),
    (["malloc", "main"], "malloc", "ma(", ["malloc", "main"]),
  ])
  func framesAreDropped(functions: [String], drop: String, keep: String, left: [String]) throws {
    #expect(try stack(functions, drop: drop, keep: keep) == left)
  }

  @Test func anExpressionThatWouldTakeForEverIsRefused() {
    let fault = #expect(throws: ProfileFault.self) {
      try stack([String(repeating: "a", count: 200_000)], drop: "(.*a){1000}")
    }
    #expect(fault?.message.hasPrefix("its drop_frames and keep_frames are too long") == true)
  }
}
