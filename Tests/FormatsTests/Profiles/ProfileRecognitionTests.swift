import Testing

@testable import Formats

@Suite struct ProfileRecognitionTests {
  @Test(arguments: [
    ("JAVA PROFILE 1.0.2\0", HeapProfileKind.hprof), ("\u{A}\u{4}\u{8}\u{1}", .pprof),
    (" { \"snapshot\" :", .nodeSnapshot), ("1:\n num #instances #bytes", .jvmHistogram),
  ])
  func kindsAreKnownByTheirContent(text: String, kind: HeapProfileKind) throws {
    let bytes = Array(text.utf8)
    #expect(try HeapProfileKind.recognise(bytes.span) == kind)
  }

  @Test(arguments: [
    ("", "the file is empty"),
    ("<!DOCTYPE html>", "a web page, not a heap profile"),
    ("heap profile: 1: 2 [3: 4]", "pprof's text for people: fetch it without debug=1"),
    ("goroutine profile: total 5", "pprof's text for people: fetch it without debug=1"),
    (
      "[1]",
      "not a heap profile: expected pprof's profile.proto, a JVM class histogram or heap dump, "
        + "a Node heap snapshot, a tracemalloc snapshot or /proc/PID/smaps"
    ),
  ])
  func whatIsNoProfileIsNamed(text: String, message: String) {
    let bytes = Array(text.utf8)
    let error = #expect(throws: ProfileFault.self) { try HeapProfileKind.recognise(bytes.span) }
    #expect(error?.description == message)
  }
}
