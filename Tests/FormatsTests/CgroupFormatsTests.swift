import Testing

@testable import Formats

@Suite struct CgroupValueTests {
  @Test(arguments: [
    ("0\n", CgroupValue.bytes(0)), ("1048576\n", .bytes(1_048_576)), ("17", .bytes(17)),
    (" 17 \n\n", .bytes(17)), ("max\n", .max),
    ("18446744073709551615\n", .bytes(.max)), ("00000000000000000000000007\n", .bytes(7)),
  ])
  func readsNumbersAndMax(text: String, expected: CgroupValue) throws {
    #expect(try CgroupValue.parse(Array(text.utf8).span) == expected)
  }

  @Test(arguments: [
    ("", "the file is empty"), ("\n", "the file is empty"),
    ("-1\n", "line 1: expected a number, found \"-1\""),
    ("12 13\n", "line 1: expected a number, found \"12 13\""),
    ("Max\n", "line 1: expected a number, found \"Max\""),
    ("\u{0}1\n", "line 1: expected a number, found \"?1\""),
    ("18446744073709551616\n", "line 1: 18446744073709551616 does not fit in 64 bits"),
    (
      "99999999999999999999999999999999999999999999\n",
      "line 1: 9999999999999999999999999999999999999999… does not fit in 64 bits"
    ),
  ])
  func saysWhatIsWrong(text: String, message: String) {
    let error = #expect(throws: CgroupFileFault.self) {
      try CgroupValue.parse(Array(text.utf8).span)
    }
    #expect(error?.description == message)
  }
}

@Suite struct CgroupFlatKeyedParserTests {
  private func parse(
    _ text: String, keys: [String]
  ) -> (values: [UInt64?], fault: CgroupFileFault?) {
    var values = [UInt64?](repeating: 99, count: keys.count)
    let fault = CgroupFlatKeyedParser(keys: keys).parse(Array(text.utf8).span, into: &values)
    return (values, fault)
  }

  @Test func findsKeysInAnyOrderAndLeavesAbsentOnesNil() {
    let (values, fault) = parse("b 2\nzz 9\na 1\n", keys: ["a", "b", "c"])
    #expect(values == [1, 2, nil])
    #expect(fault == nil)
  }

  @Test func doesNotTakeAPrefixForTheKey() {
    let (values, _) = parse("anon_thp 5\nano 6\n", keys: ["anon"])
    #expect(values == [nil])
  }

  @Test(arguments: [
    ("anon\nfile 2\n", "line 1: \"anon\" has no value"),
    ("file 2\nanon \n", "line 2: \"anon\" has no value"),
    ("file 2\nanon 1x\n", "line 2: expected a number, found \"1x\""),
    ("file 2\nanon 1 2\n", "line 2: expected a number, found \"1 2\""),
    ("file 2\nanon -1\n", "line 2: expected a number, found \"-1\""),
    (
      "anon 18446744073709551616\nfile 2\n",
      "line 1: 18446744073709551616 does not fit in 64 bits"
    ),
  ])
  func oneBadLineLosesOnlyItself(text: String, message: String) {
    let (values, fault) = parse(text, keys: ["anon", "file"])
    #expect(values == [nil, 2])
    #expect(fault?.description == message)
  }

  @Test func linesOfOtherKeysMayHoldAnything() {
    let (values, fault) = parse("\n\n??? \u{1}\nweird\nanon 3\n", keys: ["anon"])
    #expect(values == [3])
    #expect(fault == nil)
  }

  @Test func acceptsALastLineWithoutAnEnd() {
    #expect(parse("anon 3", keys: ["anon"]).values == [3])
    #expect(parse("", keys: ["anon"]).values == [nil])
  }

  /// Every set of keys over a tiny alphabet must find exactly itself: equal hashes, equal places
  /// in the table and shared prefixes included.
  @Test func everySmallSetOfKeysFindsExactlyItself() {
    let alphabet = ["a", "b", "ab", "ba", "aa", "bb", "aab", "baa"]
    for subset in 0..<(1 << alphabet.count) {
      let keys = alphabet.indices.filter { subset >> $0 & 1 == 1 }.map { alphabet[$0] }
      let text = alphabet.enumerated().map { "\($1) \($0)\n" }.joined()
      let expected = keys.map { key in alphabet.firstIndex(of: key).map(UInt64.init) }
      #expect(parse(text, keys: keys).values == expected)
    }
  }
}

@Suite struct CgroupMemoryStatTests {
  @Test func readsVersion2ByKey() {
    var parser = CgroupMemoryStatParser(.v2)
    let text = """
      anon 4096
      file 8192
      kernel 12288
      kernel_stack 1
      sock 16384
      shmem 20480
      inactive_file 24576
      slab_reclaimable 28672
      a_key_of_tomorrow 1 2 3

      """
    let (stat, fault) = parser.parse(Array(text.utf8).span)
    #expect(fault == nil)
    #expect(stat.anon == 4096)
    #expect(stat.file == 8192)
    #expect(stat.kernel == 12288)
    #expect(stat.sock == 16384)
    #expect(stat.shmem == 20480)
    #expect(stat.inactiveFile == 24576)
    #expect(stat.slabReclaimable == 28672)
    #expect(stat.swap == nil)
    #expect(stat.hierarchicalLimit == nil)
  }

  @Test(arguments: [
    ("kernel_stack 1\npagetables 2\npercpu 4\nslab 8\n", UInt64?(15)),
    ("kernel_stack 1\npagetables 2\npercpu 4\nslab 8\nvmalloc 16\nsec_pagetables 32\n", 63),
    ("kernel_stack 1\npagetables 2\npercpu 4\nslab_reclaimable 3\nslab_unreclaimable 5\n", 15),
    ("kernel_stack 1\npagetables 2\npercpu 4\nslab_reclaimable 3\n", nil),
    ("kernel_stack 1\npercpu 4\nslab 8\n", nil),
    ("", nil),
  ])
  func sumsTheKernelsPartsOnlyWhereAllAreThere(text: String, kernel: UInt64?) {
    var parser = CgroupMemoryStatParser(.v2)
    #expect(parser.parse(Array(text.utf8).span).stat.kernel == kernel)
  }

  @Test(arguments: [
    (UInt64(1 << 30), UInt64?(1 << 30)), (9_223_372_036_854_771_712, nil),
    (9_223_372_036_854_710_272, nil),
  ])
  func readsVersion1AndItsLimit(limit: UInt64, expected: UInt64?) {
    var parser = CgroupMemoryStatParser(.v1)
    let text = """
      cache 1
      rss 2
      hierarchical_memory_limit \(limit)
      hierarchical_memsw_limit 7
      total_cache 8192
      total_rss 4096
      total_rss_huge 5
      total_shmem 20480
      total_swap 12
      total_inactive_file 24576

      """
    let (stat, fault) = parser.parse(Array(text.utf8).span)
    #expect(fault == nil)
    #expect(stat.anon == 4096)
    #expect(stat.file == 8192)
    #expect(stat.inactiveFile == 24576)
    #expect(stat.shmem == 20480)
    #expect(stat.swap == 12)
    #expect(stat.hierarchicalLimit == expected)
    #expect(stat.kernel == nil)
    #expect(stat.sock == nil)
  }

  @Test func nothingOfOneParseStaysInTheNext() {
    var parser = CgroupMemoryStatParser(.v2)
    _ = parser.parse(Array("anon 1\nfile 2\n".utf8).span)
    let (stat, _) = parser.parse(Array("file 3\n".utf8).span)
    #expect(stat.anon == nil)
    #expect(stat.file == 3)
  }

  /// After another text of the same kernel, the keys are known before they are read.
  @Test(arguments: [CgroupVersion.v1, .v2], 0..<200)
  func whatWasReadBeforeChangesNothing(version: CgroupVersion, seed: Int) {
    var generator = SplitMix(state: UInt64(seed))
    let keys = Self.keys(version)
    var parser = CgroupMemoryStatParser(version)
    for _ in 0..<6 {
      let text = Array(
        Self.text(keys, isOdd: Int.random(in: 0..<3, using: &generator) == 0, &generator).utf8)
      var fresh = CgroupMemoryStatParser(version)
      let (expected, fault) = fresh.parse(text.span)
      let told = parser.parse(text.span)
      #expect(told.stat == expected, "\(String(decoding: text, as: UTF8.self))")
      #expect(told.fault == fault)
    }
  }

  private static func keys(_ version: CgroupVersion) -> [String] {
    let wanted =
      version == .v2
      ? "anon file kernel kernel_stack pagetables percpu sock shmem inactive_file slab_reclaimable"
      : "hierarchical_memory_limit total_cache total_rss total_shmem total_swap total_inactive_file"
    let others =
      "rss rss_huge pgfault workingset_refault_anon workingset_refault_file anon_thp eightkey"
    return (wanted + " " + others).split(separator: " ").map(String.init)
  }

  private static func text(
    _ keys: [String], isOdd: Bool, _ generator: inout SplitMix
  ) -> String {
    var lines = keys.map { key in
      let digits = Int.random(in: 1...19, using: &generator)
      return "\(key) " + String(repeating: "9", count: digits)
    }
    guard isOdd else { return lines.joined(separator: "\n") + "\n" }
    let place = lines.indices.randomElement(using: &generator) ?? 0
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: lines.remove(at: place)
    case 1: lines.insert("a_key_of_tomorrow 1 2 3", at: place)
    case 2: lines.swapAt(place, 0)
    case 3: lines[place] = "\(keys[place])  7 "
    case 4: lines[place] = "\(keys[place]) 99999999999999999999"
    case 5: lines[place] = keys[place]
    case 6: lines[place] += "\n" + lines[place] + "0"
    default: return lines.joined(separator: "\n")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test(arguments: [
    ("low 0\nhigh 0\nmax 3\noom 2\noom_kill 1\noom_group_kill 0\n", UInt64?(1)),
    ("oom_kill_disable 0\nunder_oom 0\noom_kill 4\n", 4),
    ("oom_kill_disable 0\nunder_oom 0\n", nil),
  ])
  func readsOOMKills(text: String, expected: UInt64?) throws {
    var parser = CgroupOOMKillsParser()
    #expect(try parser.parse(Array(text.utf8).span) == expected)
  }
}

@Suite struct CgroupHostFilesTests {
  @Test func readsTotalMemory() throws {
    let text = "MemFree:  12 kB\nMemTotal:       24684084 kB\nMemAvailable:   7 kB\n"
    #expect(try CgroupHostMemory.parseTotal(Array(text.utf8).span) == 24_684_084 * 1024)
    #expect(try CgroupHostMemory.parseAvailable(Array(text.utf8).span) == 7 * 1024)
  }

  @Test(arguments: [
    ("MemFree: 1 kB\n", "there is no line \"MemTotal\""),
    ("MemTotal:\n", "line 1: \"MemTotal\" has no value"),
    ("a\nMemTotal: x kB\n", "line 2: expected a number, found \"x\""),
    ("MemTotal: 12 MB\n", "line 1: expected the unit kB, found \"MB\""),
    (
      "MemTotal: 18446744073709551615 kB\n",
      "line 1: 18446744073709551615 kB does not fit in 64 bits"
    ),
  ])
  func saysWhatIsWrongWithMeminfo(text: String, message: String) {
    let error = #expect(throws: CgroupFileFault.self) {
      try CgroupHostMemory.parseTotal(Array(text.utf8).span)
    }
    #expect(error?.description == message)
  }

  @Test func findsCgroupMountsAmongOthers() {
    let text = """
      27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
      35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 master:2 - cgroup cgroup rw,memory
      41 31 0:38 /../box /mnt/a\\040b\\134 rw - cgroup2 cgroup2 rw,nsdelegate
      garbage
      40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd

      """
    let (mounts, fault) = CgroupMount.parseMountInfo(Array(text.utf8).span)
    #expect(
      mounts == [
        CgroupMount(
          version: .v1, mountPoint: "/sys/fs/cgroup/memory", rootCgroup: "/",
          controllers: ["memory"]),
        CgroupMount(
          version: .v2, mountPoint: "/mnt/a b\\", rootCgroup: "/../box", controllers: []),
        CgroupMount(
          version: .v1, mountPoint: "/sys/fs/cgroup/systemd", rootCgroup: "/",
          controllers: ["xattr", "name=systemd"]),
      ])
    #expect(fault?.description == "line 4: expected 10 fields, found 1")
  }

  @Test(arguments: [
    ("9:name=systemd:/\n4:memory:/a:b\n0::/\n", CgroupVersion?.some(.v1)),
    ("9:name=systemd:/\n0::/init.scope\n", .v2), ("0::/\n", .v2), ("1:cpu:/\n", nil), ("", nil),
  ])
  func knowsWhichHierarchyHasTheMemoryController(text: String, expected: CgroupVersion?) {
    let (memberships, fault) = CgroupMembership.parse(Array(text.utf8).span)
    #expect(CgroupMembership.versionWithMemory(memberships) == expected)
    #expect(fault == nil)
  }

  @Test func placesAMalformedMembership() {
    let (memberships, fault) = CgroupMembership.parse(Array("x:memory:/\n4:a\n4:b:/c\n".utf8).span)
    #expect(memberships == [CgroupMembership(hierarchy: 4, controllers: ["b"], path: "/c")])
    #expect(fault?.description == "line 1: expected a number, found \"x\"")
  }
}
