import Formats
import Testing

/// /proc/PID/smaps as a profile: what grew by kind of mapping.
@Suite struct SmapsReaderTests {
  private static func mapping(_ head: String, rss: Int, anonymous: Int = 0, swap: Int = 0) -> String
  {
    """
    \(head)
    Size:              65536 kB
    KernelPageSize:        4 kB
    Rss:            \(rss) kB
    Anonymous:      \(anonymous) kB
    Swap:           \(swap) kB
    THPeligible:           0
    VmFlags: rd wr mr mw me ac sd

    """
  }

  private static let file =
    mapping(
      "55d0c0000000-55d0c0021000 rw-p 00000000 00:00 0                          [heap]", rss: 100,
      swap: 28)
    + mapping("7f0000000000-7f0004000000 rw-p 00000000 00:00 0 ", rss: 2000, anonymous: 2000)
    + mapping("7f0008000000-7f000a000000 rw-p 00000000 00:00 0 ", rss: 1000, anonymous: 1000)
    + mapping("7f0011000000-7f0012000000 rw-p 00000000 00:00 0 ", rss: 10)
    + mapping("7f0018000000-7f0028000000 rw-p 00000000 00:00 0 ", rss: 5)
    + mapping("7f0030000000-7f0030100000 r-xp 00000000 fe:00 123  /usr/lib/a b.so", rss: 900)
    + mapping(
      "7f0030100000-7f0030200000 rw-p 00100000 fe:00 123  /usr/lib/a b.so", rss: 64, anonymous: 8)
    + mapping("7f0040000000-7f0040100000 rw-s 00000000 00:01 7  /dev/shm/queue", rss: 300)
    + mapping("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]", rss: 0)

  private func sizes(_ text: String) throws -> [String: [Int64]] {
    let profile = try HeapProfile(Array(text.utf8).span)
    #expect(profile.kind == .smaps)
    return profile.stacks.reduce(into: [:]) { sizes, stack in
      let name = profile.frames[Int(stack.frames[0])].site.name
      sizes[name] = [stack.counts.bytes >> 10, stack.counts.objects]
    }
  }

  @Test func mappingsAreSummedByWhatTheyAre() throws {
    #expect(
      try sizes(Self.file) == [
        "[heap]": [128, 1], "arenas of malloc": [3000, 2], "anonymous mappings": [15, 2],
        "data of /usr/lib/a b.so": [8, 2], "shared memory /dev/shm/queue": [300, 1],
        "[vsyscall]": [0, 1],
      ])
  }

  @Test(arguments: [
    (
      file.replacing("Rss:            2000 kB", with: "Rss: many kB"), "\"many\" is no number of kB"
    ),
    (file.replacing("Rss:            2000 kB", with: "Rss: -1 kB"), "\"-1\" is no number of kB"),
    (file + "garbage\n", "expected a mapping or one of its figures"),
    (file + "7f00-7e00 rw-p 0 00:00 0\n", "expected a mapping or one of its figures"),
  ])
  func whatIsDamagedIsRefusedWithItsPlace(text: String, reason: String) {
    let fault = #expect(throws: ProfileFault.self) { try HeapProfile(Array(text.utf8).span) }
    #expect(fault?.description.hasSuffix(reason) == true)
  }

  @Test func twoOfOneProcessHaveADifference() throws {
    let old = try HeapProfile(Array(Self.file.utf8).span)
    let grown = Self.file.replacing("Rss:            2000 kB", with: "Rss:            9000 kB")
    let new = try HeapProfile(Array(grown.utf8).span)
    let difference = try HeapDifference(old: old, new: new)
    #expect(difference.growers.map(\.name) == ["arenas of malloc"])
    #expect(difference.growers.first?.flat.bytes.delta == 7000 << 10)
  }
}
