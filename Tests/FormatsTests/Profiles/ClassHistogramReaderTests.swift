import Testing
import TimeSeries

@testable import Formats

@Suite struct ClassHistogramReaderTests {
  private static let header = " num     #instances         #bytes  class name (module)\n"
  private static let rule = "-------------------------------------------------------\n"

  private func profile(_ text: String) throws(ProfileFault) -> HeapProfile {
    let bytes = Array(text.utf8)
    return try HeapProfile(bytes.span)
  }

  private func counts(_ profile: HeapProfile) -> [String: StackCounts] {
    Dictionary(
      uniqueKeysWithValues: profile.stacks.map {
        (profile.frames[Int($0.frames[0])].site.name, $0.counts)
      })
  }

  @Test func readsWhatJcmdPrints() throws {
    let profile = try profile(
      "12345:\n" + Self.header + Self.rule + """
           1:         10        1000  [B (java.base@17.0.15)
           2:          5         500  [[Ljava.lang.String; (java.base@17.0.15)
           3:          2          40  com.example.Cache$Entry
           4:          1          30  com.example.Cache$Entry
           5:          1           8  com.example.App$$Lambda$14/0x0000000800c03000
        Total         19        1578

        """)
    #expect(profile.kind == .jvmHistogram)
    #expect(profile.takenAt == nil)
    #expect(
      counts(profile) == [
        "byte[]": StackCounts(bytes: 1000, objects: 10),
        "java.lang.String[][]": StackCounts(bytes: 500, objects: 5),
        // Two class loaders have one class each.
        "com.example.Cache$Entry": StackCounts(bytes: 70, objects: 3),
        "com.example.App$$Lambda$14/0x0000000800c03000": StackCounts(bytes: 8, objects: 1),
      ])
  }

  @Test func readsCarriageReturnsAndOlderHeaders() throws {
    let profile = try profile(
      "\r\n num     #instances         #bytes  class name\r\n----\r\n   1:  1  16  [I\r\nTotal 1 16\r\n"
    )
    #expect(counts(profile) == ["int[]": StackCounts(bytes: 16, objects: 1)])
  }

  @Test(arguments: [
    ("2026-11-22 10:00:00", 1_795_341_600_000), ("2026-11-22T10:00:00Z", 1_795_341_600_000),
    ("2026-11-22T10:00:00.250+0100 INFO", 1_795_338_000_000),
    ("2026-11-22T10:00:00-01:30", 1_795_347_000_000), ("2026-13-22 10:00:00", nil),
    ("2026-11-22", nil), ("12345:", nil), ("yesterday", nil), ("T", nil),
    ("2026-11-22T", nil),
  ])
  func theTimeAboveIsTaken(line: String, milliseconds: Int64?) throws {
    let profile = try profile(
      "\(line)\n" + Self.header + Self.rule + "   1:  1  16  [I\nTotal 1 16\n")
    #expect(profile.takenAt?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    ("[B", "byte[]"), ("[C", "char[]"), ("[D", "double[]"), ("[F", "float[]"), ("[I", "int[]"),
    ("[J", "long[]"), ("[S", "short[]"), ("[Z", "boolean[]"), ("[[Z", "boolean[][]"),
    ("[Ljava.lang.Object;", "java.lang.Object[]"), ("[La/b;", "a.b[]"), ("[L;", "[L;"),
    ("[Q", "[Q"), ("[", "["), ("java.lang.String", "java.lang.String"),
  ])
  func arraysAreReadable(name: String, readable: String) {
    #expect(JavaTypeName.readable(name) == readable)
  }

  @Test(arguments: [
    (
      "   1:  1  16  [I\n",
      "3:1: the class histogram has no line \"Total\": it was cut off; take it whole, without head"
    ),
    (
      "   1:  1  16  [I\nTotal 2 16\n",
      "4:1: Total says 2 instances and 16 bytes, the lines above make 1 and 16: lines are missing "
        + "or damaged"
    ),
    ("   1:  x  16  [I\n", "3:8: \"x\" is not a count"),
    ("   1:  1  -16  [I\n", "3:11: \"-16\" is not a count"),
    ("   1:  1  99999999999999999999  [I\n", "3:11: \"99999999999999999999\" is not a count"),
    ("   1:  1  16\n", "3:1: the line ends before its class"),
    ("Total 1\n", "3:1: the line ends before its figures"),
    ("killed\n", "3:1: expected a class with its rank, or Total, found \"killed\""),
  ])
  func refusesWhatIsDamaged(rows: String, message: String) {
    let error = #expect(throws: ProfileFault.self) {
      try profile(Self.header + Self.rule + rows)
    }
    #expect(error?.description == message)
  }

  @Test func refusesAHeaderThatIsNone() {
    let error = #expect(throws: ProfileFault.self) { try profile("the #instances are many\n") }
    #expect(
      error?.description == "the class histogram has no header \"num #instances #bytes\"")
  }
}
