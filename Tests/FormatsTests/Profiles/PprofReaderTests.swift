import Testing
import TimeSeries

@testable import Formats

@Suite struct PprofReaderTests {
  private func writer() -> PprofWriter {
    var writer = PprofWriter()
    writer.sampleType("alloc_objects", "count")
    writer.sampleType("alloc_space", "bytes")
    writer.sampleType("inuse_objects", "count")
    writer.sampleType("inuse_space", "bytes")
    return writer
  }

  @Test(arguments: [true, false])
  func inlinedFramesStandOnTheirOwn(isPacked: Bool) throws {
    var writer = writer()
    writer.function(1, "main.make", "/src/app/make.go")
    writer.function(2, "main.run", "/src/app/run.go")
    writer.location(7, lines: [(1, 12), (2, 30)])
    writer.location(8, lines: [(2, 5)])
    writer.sample([7, 8], [10, 1000, 3, 300], isPacked: isPacked)
    writer.period("space", "bytes", 524_288)
    writer.writer.field(9, 1_700_000_000_123_456_789)
    let profile = try HeapProfile(writer.bytes().span)
    #expect(profile.kind == .pprof)
    #expect(profile.takenAt == Timestamp(milliseconds: 1_700_000_000_123))
    #expect(profile.measures.samplingPeriodBytes == 524_288)
    let stack = try #require(profile.stacks.first)
    #expect(stack.counts == StackCounts(bytes: 300, objects: 3, allocatedBytes: 1000))
    #expect(
      stack.frames.map { profile.frames[Int($0)].text }
        == ["main.make make.go:12", "main.run run.go:30", "main.run run.go:5"])
  }

  @Test func anAddressWithoutFunctionIsShownAsItLiesInItsFile() throws {
    var writer = writer()
    writer.mapping(1, start: 0x7f00_0000_0000, offset: 0x1000, file: "/usr/lib/libfoo.so.1")
    writer.location(1, mapping: 1, address: 0x7f00_0000_0abc, lines: [])
    writer.location(2, address: 0x4005d0, lines: [])
    writer.sample([1], [0, 0, 1, 10])
    writer.sample([2], [0, 0, 1, 10])
    writer.sample([], [0, 0, 1, 10])
    let profile = try HeapProfile(writer.bytes().span)
    #expect(
      profile.frames.map(\.site.name) == ["0x1abc [libfoo.so.1]", "0x4005d0", "<unknown>"])
  }

  @Test(
    arguments: [
      ([("objects", "count"), ("space", "bytes")], "space", "objects"),
      ([("samples", "count"), ("size", "bytes"), ("rest", "bytes")], "rest", "samples"),
      ([("goroutine", "count")], nil, "goroutine"),
      ([("space", "bytes")], "space", nil),
    ] as [([(String, String)], String?, String?)])
  func otherSampleTypesGoByTheirOrder(
    types: [(String, String)], bytes: String?, objects: String?
  ) throws {
    var writer = PprofWriter()
    for type in types { writer.sampleType(type.0, type.1) }
    let profile = try HeapProfile(writer.bytes().span)
    #expect(profile.measures.bytes == bytes)
    #expect(profile.measures.objects == objects)
  }

  private func message(_ bytes: [UInt8]) -> String? {
    do throws(ProfileFault) {
      _ = try HeapProfile(bytes.span)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func refusesWhatIsDamaged() {
    #expect(
      message([0x0A, 0x05, 0x08])
        == "at byte 0: a field of 5 bytes with 1 left: the file is cut off or damaged")
    #expect(message([0x12]) == "at byte 1: the file ends within a number: it is cut off or damaged")
    #expect(
      message([0x0B])
        == "not a heap profile: expected pprof's profile.proto, a JVM class histogram or heap dump, a Node heap snapshot, a tracemalloc snapshot or /proc/PID/smaps"
    )
    #expect(message([0x0A, 0, 0x0B]) == "at byte 2: wire type 3 does not occur in profile.proto")
    #expect(message([0x0A, 0, 0x05, 1]) == "at byte 2: a field has the number 0")
    #expect(
      message([0x48] + [UInt8](repeating: 0xFF, count: 9) + [2])
        == "at byte 1: a number exceeds 64 bits")
    #expect(message([0x08, 1]) == "at byte 0: field 1 is not the message that it should be")
    #expect(message([0x4A, 0]) == "at byte 0: field 9 is not the number that it should be")
    #expect(
      message([0x12, 2, 0x0D, 0])
        == "at byte 2: the file ends within a number: it is cut off or damaged")
    #expect(
      message([0x12, 5, 0x0D, 0, 0, 0, 0])
        == "at byte 2: field 1 is not the numbers that it should be")
    #expect(message([0x60, 3]) == "no pprof profile: it does not say what its samples measure")
    #expect(
      message([0x0A, 2, 0x08, 9])
        == "text 9 is asked for, and the table holds 0: the file is damaged")
  }

  @Test func refusesWhatDoesNotFitTogether() {
    var cpu = PprofWriter()
    cpu.sampleType("samples", "count")
    cpu.sampleType("cpu", "nanoseconds")
    #expect(
      message(cpu.bytes())
        == "the profile measures samples in count, cpu in nanoseconds: that is no memory")

    var names = PprofWriter()
    names.sampleType("a\nb", "seconds")
    #expect(
      message(names.bytes()) == "the profile measures a\\nb in seconds: that is no memory")

    var short = writer()
    short.sample([], [1, 2])
    #expect(message(short.bytes())?.hasSuffix("a sample has 2 values, and 4 are announced") == true)

    var lost = writer()
    lost.sample([5], [1, 2, 3, 4])
    #expect(
      message(lost.bytes())?.hasSuffix("a sample names location 5, which is not there") == true)

    lost.location(5, lines: [(9, 1)])
    #expect(
      message(lost.bytes())?.hasSuffix("location 5 names function 9, which is not there") == true)

    var twice = writer()
    twice.location(5, lines: [])
    twice.location(5, lines: [])
    #expect(message(twice.bytes())?.hasSuffix("two locations have the id 5") == true)
  }

  /// A file that is cut anywhere is refused or read; it never traps.
  @Test func everyPrefixIsReadOrRefused() {
    var writer = writer()
    writer.function(1, "f", "f.go")
    writer.location(1, lines: [(1, 1)])
    writer.sample([1], [1, 2, 3, 4])
    let bytes = writer.bytes()
    let refused = (1..<bytes.count).count { message(Array(bytes[..<$0])) != nil }
    #expect(refused == bytes.count - 1)
    #expect(message(bytes) == nil)
  }

  @Test func figuresAtTheEndsOfTheirRangeAddUpWithoutTrapping() throws {
    var writer = writer()
    writer.function(1, "f", "f.go")
    writer.location(1, lines: [(1, 1)])
    writer.sample([1], [.max, .max, .max, .max])
    writer.sample([1], [.max, .max, .max, .max])
    let new = try HeapProfile(writer.bytes().span)
    var lower = self.writer()
    lower.function(1, "f", "f.go")
    lower.location(1, lines: [(1, 1)])
    lower.sample([1], [.min, .min, .min, .min])
    let old = try HeapProfile(lower.bytes().span)
    let difference = try HeapDifference(old: old, new: new)
    #expect(difference.growers.first?.flat.bytes.delta == .max)
  }
}
