import Formats
import Testing

/// Files of /proc/PID, as kernels write them and as they never should.
@Suite struct ProcessFilesTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func aStartIsReadBehindANameWithBracketsAndSpaces() throws {
    let stat = try #require(
      ProcessStat(
        bytes(
          "4242 (a) R 1 (b c) S 1 2 3 0 -1 4194304 9 8 7 6 5 4 3 2 20 0 31 0 98765 123 456 18446744073709551615\n"
        )))
    #expect(stat.state == "S")
    #expect(stat.startTicks == 98765)
  }

  @Test(arguments: [
    "", "4242", "4242 (java)", "4242 (java) S 1 2 3",
    "4242 java S 1 2 3 0 -1 4194304 9 8 7 6 5 4 3 2 20 0 31 0 98765",
    "4242 (java) S 1 2 3 0 -1 4194304 9 8 7 6 5 4 3 2 20 0 31 0 -5 123",
    "4242 (java) SS 1 2 3 0 -1 4194304 9 8 7 6 5 4 3 2 20 0 31 0 5 123",
  ])
  func whatIsNoStatIsNone(text: String) { #expect(ProcessStat(bytes(text)) == nil) }

  private static let status = """
    Name:\tjava
    Umask:\t0022
    State:\tS (sleeping)
    Pid:\t4242
    Uid:\t1000\t1000\t1000\t1000
    Gid:\t100\t100\t100\t100
    NSpid:\t4242\t17\t1
    VmRSS:\t  524288 kB
    SigIgn:\t0000000000000000
    SigCgt:\t2000000181005ccf
    """

  @Test func usersSignalsAndNamespacesAreRead() throws {
    let status = try #require(ProcessStatus(bytes(Self.status)))
    #expect(status.userIDs == [1000, 1000, 1000, 1000])
    #expect(status.groupIDs == [100, 100, 100, 100])
    #expect(status.namespaceProcessIDs == [4242, 17, 1])
    #expect(status.residentBytes == 512 << 20)
    // SIGQUIT is the third; SIGKILL, the ninth, can never be caught.
    #expect(status.catches(3) && !status.catches(9) && !status.catches(0) && !status.catches(65))
    let old = Self.status.replacing("NSpid:\t4242\t17\t1\n", with: "")
    #expect(ProcessStatus(bytes(old))?.namespaceProcessIDs == [4242])
    let thread = Self.status.replacing("VmRSS:\t  524288 kB\n", with: "")
    let kernel = try #require(ProcessStatus(bytes(thread)))
    #expect(kernel.residentBytes == nil)
  }

  @Test(arguments: [
    ("Uid:\t1000\t1000\t1000\t1000", ""), ("Uid:\t1000\t1000\t1000\t1000", "Uid:\t1000"),
    ("Gid:\t100\t100\t100\t100", "Gid:\t100\t100\t100\t-1"), ("NSpid:\t4242\t17\t1", "NSpid:\t"),
    ("NSpid:\t4242\t17\t1", "NSpid:\t99999999999"), ("SigCgt:\t2000000181005ccf", "SigCgt:\tnone"),
    ("524288 kB", "524288"), ("524288 kB", "524288 MB"), ("524288 kB", "99999999999999999 kB"),
  ])
  func whatIsNoStatusIsNone(part: String, replacement: String) {
    #expect(ProcessStatus(bytes(Self.status.replacing(part, with: replacement))) == nil)
  }

  @Test(arguments: [
    (
      "7f01-7f02 r-xp 00000000 fe:00 123   /usr/lib/jvm/java 17/lib/server/libjvm.so",
      MappedRuntime.hotspot
    ),
    ("7f01-7f02 r-xp 00000000 fe:00 123 /usr/lib/jvm/lib/server/libjvm.so (deleted)", .hotspot),
    (
      """
      7f01-7f02 r-xp 00000000 fe:00 123 /opt/java/lib/j9vm/libjvm.so
      7f03-7f04 r-xp 00000000 fe:00 124 /opt/java/lib/default/libj9vm29.so
      """, .openj9
    ),
    // Read, not run.
    ("7f01-7f02 r--p 00000000 fe:00 123 /usr/lib/jvm/lib/server/libjvm.so", nil),
    ("7f01-7f02 r-xp 00000000 fe:00 123 /usr/lib/libjvm.so.bak", nil),
    ("7f01-7f02 r-xp 00000000 00:00 0 \nlibjvm.so", nil), ("", nil),
  ])
  func aJVMIsKnownByTheLibraryThatItRuns(maps: String, runtime: MappedRuntime?) {
    #expect(MappedRuntime(maps: bytes(maps)) == runtime)
  }

  @Test func pressureIsAShareOfTheTime() {
    let file = """
      some avg10=12.50 avg60=3.00 avg300=0.10 total=123
      full avg10=90.00 avg60=0.00 avg300=0.00 total=5
      """
    #expect(PressureStall(bytes(file))?.someOfTenSeconds == 0.125)
    for text in ["", "full avg10=1.00", "some avg60=1.00", "some avg10=x", "some avg10=101"] {
      #expect(PressureStall(bytes(text)) == nil)
    }
  }
}
