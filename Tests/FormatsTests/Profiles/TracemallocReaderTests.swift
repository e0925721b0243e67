import Testing

@testable import Formats

@Suite struct TracemallocReaderTests {
  private func profile(_ bytes: [UInt8]) throws(ProfileFault) -> HeapProfile {
    try HeapProfile(bytes.span)
  }

  private func text(_ text: String) -> [UInt8] {
    [0x8C, UInt8(text.utf8.count)] + Array(text.utf8)
  }

  private func global(_ name: String) -> [UInt8] {
    text("tracemalloc") + text(name) + [0x93]
  }

  /// As protocol 4 writes them, without memoizing.
  private func snapshot(_ traces: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0x80, 4] + global("Snapshot") + [0x29, 0x81, 0x7D]
    bytes += text("traces") + global("_Traces") + [0x29, 0x81, 0x7D]
    bytes += text("_traces") + [0x5D] + traces
    return bytes + [0x73, 0x62, 0x73, 0x62, 0x2E]
  }

  private func frame(_ file: String, _ line: UInt8) -> [UInt8] {
    text(file) + [0x4B, line, 0x86]
  }

  @Test func readsTracesOfEveryPython() throws {
    let traceback = frame("/app/a.py", 3) + frame("C:\\app\\b.py", 0) + [0x86]
    // (domain, size, traceback, frames), (domain, size, traceback) and (size, traceback).
    let traces: [UInt8] =
      [0x28, 0x28, 0x4B, 0, 0x4D, 0x00, 0x01] + traceback + [0x4B, 2, 0x74, 0x28, 0x4B, 0, 0x4B, 7]
      + traceback + [0x74, 0x4B, 9] + traceback + [0x86, 0x65]
    let profile = try profile(snapshot(traces))
    #expect(profile.kind == .tracemalloc)
    #expect(profile.stacks.map(\.counts) == [StackCounts(bytes: 272, objects: 3)])
    #expect(profile.frames.map(\.site.name) == ["a.py:3", "b.py"])
    #expect(profile.frames.map(\.path) == ["/app/a.py", "C:\\app\\b.py"])
    #expect(profile.frames.map(\.line) == [3, nil])
  }

  @Test func filesOfOneNameAreTwoSites() throws {
    let traces: [UInt8] =
      [0x28, 0x4B, 1] + frame("/a/x.py", 1) + [0x85, 0x86, 0x4B, 2] + frame("/b/x.py", 1)
      + [0x85, 0x86, 0x65]
    let new = try profile(snapshot(traces))
    let difference = try HeapDifference(old: try profile(snapshot([])), new: new)
    #expect(difference.growers.map(\.flat.bytes.delta) == [2, 1])
  }

  @Test(
    arguments: [
      (
        [0x80, 9],
        "not a heap profile: expected pprof's profile.proto, a JVM class histogram or heap "
          + "dump, a Node heap snapshot, a tracemalloc snapshot or /proc/PID/smaps"
      ),
      (
        [0x80, 4, 0x52],
        "at byte 2: refused: opcode REDUCE does not belong in a tracemalloc snapshot"
      ),
      (
        [0x80, 4, 0x69], "at byte 2: refused: opcode INST does not belong in a tracemalloc snapshot"
      ),
      (
        [0x80, 4, 0x6F], "at byte 2: refused: opcode OBJ does not belong in a tracemalloc snapshot"
      ),
      (
        [0x80, 4, 0x82], "at byte 2: refused: opcode EXT1 does not belong in a tracemalloc snapshot"
      ),
      (
        [0x80, 4, 0x51],
        "at byte 2: refused: opcode BINPERSID does not belong in a tracemalloc snapshot"
      ),
      (
        [0x80, 4, 0x47],
        "at byte 2: refused: opcode BINFLOAT does not belong in a tracemalloc snapshot"
      ),
      (
        [0x80, 4, 0xFF], "at byte 2: refused: opcode 0xff does not belong in a tracemalloc snapshot"
      ),
      ([0x80, 4, 0x80, 1], "at byte 2: pickle protocol 1 is not known"),
      ([0x80, 4], "at byte 2: the snapshot ends before its end: the file is cut off"),
      (
        [0x80, 4, 0x8C, 9, 0x61], "at byte 5: the snapshot ends before its end: the file is cut off"
      ),
      ([0x80, 4, 0x2E], "at byte 2: a value is taken that is not there: the file is damaged"),
      ([0x80, 4, 0x74], "at byte 2: a value is taken that is not there: the file is damaged"),
      (
        [0x80, 4, 0x4E, 0x28, 0x85],
        "at byte 4: a value is taken that is not there: the file is damaged"
      ),
      (
        [0x80, 4, 0x4E, 0x61], "at byte 3: a value is taken that is not there: the file is damaged"
      ),
      ([0x80, 4, 0x4E, 0x4E, 0x61], "at byte 4: values are added to what is no list"),
      ([0x80, 4, 0x4E, 0x4E, 0x4E, 0x73], "at byte 5: members are set in what is no dictionary"),
      ([0x80, 4, 0x7D, 0x28, 0x4E, 0x75], "at byte 5: members are set in what is no dictionary"),
      ([0x80, 4, 0x68, 3], "at byte 2: value 3 is recalled, and never was remembered"),
      ([0x80, 4, 0x8A, 9], "at byte 2: a number exceeds 64 bits"),
      ([0x80, 4, 0x4E, 0x4E, 0x93], "at byte 4: a name is no text"),
      ([0x80, 4, 0x4E, 0x29, 0x81], "at byte 4: an object is made of what is no class"),
      ([0x80, 4, 0x4E, 0x7D, 0x62], "at byte 4: an object gets a state that is no dictionary"),
      ([0x80, 4, 0x4E, 0x2E, 0x4E], "at byte 4: bytes follow the end of the snapshot"),
      ([0x80, 4, 0x4E, 0x2E], "the pickle holds no tracemalloc.Snapshot"),
    ] as [([UInt8], String)])
  func refusesWhatIsNoSnapshot(bytes: [UInt8], message: String) {
    let error = #expect(throws: ProfileFault.self) { try profile(bytes) }
    #expect(error?.description == message)
  }

  @Test(arguments: ["os\nsystem", "builtins\neval", "tracemalloc\nstart", "posix\nsys\u{1B}tem"])
  func refusesEveryOtherName(name: String) {
    let bytes: [UInt8] = [0x80, 2, 0x63] + Array((name + "\n").utf8) + [0x2E]
    let error = #expect(throws: ProfileFault.self) { try profile(bytes) }
    let shown = name.replacing("\n", with: ".").replacing("\u{1B}", with: "\\u{1B}")
    #expect(
      error?.description
        == "at byte 2: refused: the pickle asks for \(shown), which a tracemalloc snapshot does not "
        + "need")
  }

  @Test(
    arguments: [
      ([0x28, 0x4E, 0x65], "a trace is no tuple"),
      ([0x28, 0x4E, 0x85, 0x65], "a trace has no size or no traceback"),
      ([0x28, 0x4B, 1, 0x4E, 0x85, 0x86, 0x65], "a traceback holds what is no frame"),
      ([0x28, 0x4B, 1, 0x29, 0x85, 0x86, 0x65], "a frame is not a file and a line"),
      (
        [0x28, 0x4A, 0xFF, 0xFF, 0xFF, 0xFF, 0x29, 0x86, 0x65],
        "a trace has no size or no traceback"
      ),
    ] as [([UInt8], String)])
  func refusesTracesOfAnotherForm(traces: [UInt8], message: String) {
    let error = #expect(throws: ProfileFault.self) { try profile(snapshot(traces)) }
    #expect(error?.description == message)
  }

  /// A list that holds itself, and traces that all share one traceback, must end.
  @Test func sharedAndCircularValuesCostNoMoreThanTheirBytes() throws {
    let shared: [UInt8] =
      [0x28, 0x4B, 1] + frame("/a.py", 1) + [0x85, 0x94, 0x86]
      + (0..<1000).flatMap { _ in [0x4B, 1, 0x68, 0, 0x86] as [UInt8] } + [0x65]
    let profile = try profile(snapshot(shared))
    #expect(profile.stacks.map(\.counts) == [StackCounts(bytes: 1001, objects: 1001)])

    let circular: [UInt8] = [0x80, 4, 0x5D, 0x94, 0x68, 0, 0x61, 0x2E]
    let error = #expect(throws: ProfileFault.self) { try self.profile(circular) }
    #expect(error?.description == "the pickle holds no tracemalloc.Snapshot")
  }
}
