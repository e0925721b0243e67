import Foundation
import Formats
import Testing

@testable import Scrapers

@Suite struct CgroupHierarchyTests {
  /// What stands at the given root, and what is taken for the hierarchy; "@" is the root.
  @Test(arguments: [
    (["cgroup.controllers": "cpu memory pids\n"], "@", CgroupVersion.v2),
    (["memory.usage_in_bytes": "1\n"], "@", .v1),
    (["memory/memory.usage_in_bytes": "1\n", "unified/cgroup.controllers": "\n"], "@/memory", .v1),
    (["system.slice/a.service/memory.current": "1\n"], "@", .v2),
    (["demo/api/memory.usage_in_bytes": "1\n"], "@", .v1),
  ])
  func isDecidedByWhatIsThere(
    files: [String: String], root: String, version: CgroupVersion
  ) throws {
    let fixture = try CgroupFixture()
    for (path, text) in files { try fixture.write("cgroup/" + path, text) }
    let given = fixture.url("cgroup").path
    for spelling in [given, given + "/"] {
      fixture.options.root = spelling
      let hierarchy = try CgroupHierarchy.find(fixture.options)
      #expect(hierarchy.version == version)
      #expect(hierarchy.root == root.replacingOccurrences(of: "@", with: given))
    }
  }

  @Test func isFoundAmongTheMounts() throws {
    let fixture = try CgroupFixture()
    fixture.options.root = nil
    let (v1, v2) = (fixture.url("m v1").path, fixture.url("m2").path)
    try fixture.write("m v1/memory.usage_in_bytes", "1\n")
    try fixture.write("m2/cgroup.controllers", "memory\n")
    let unified = "41 31 0:38 / \(v2) rw - cgroup2 cgroup2 rw\n"
    let bound = "42 31 0:38 /box /nowhere rw - cgroup2 cgroup2 rw\n"
    let escaped = v1.replacingOccurrences(of: " ", with: "\\040")
    let legacy = "35 31 0:32 / \(escaped) rw shared:1 - cgroup cgroup rw,memory\n"

    try fixture.write("proc/self/mountinfo", bound + unified + legacy)
    #expect(try CgroupHierarchy.find(fixture.options) == CgroupHierarchy(root: v1, version: .v1))
    try fixture.write("proc/self/mountinfo", bound + unified)
    try fixture.write("proc/self/cgroup", "0::/\n")
    #expect(try CgroupHierarchy.find(fixture.options) == CgroupHierarchy(root: v2, version: .v2))
  }

  @Test func saysWhatIsWrongWithTheMounts() throws {
    let fixture = try CgroupFixture()
    fixture.options.root = nil
    let proc = fixture.options.procDirectory
    try expect(
      fixture,
      "cannot read the cgroup tree \(proc)/self/mountinfo: No such file or directory; let the "
        + "daemon's user list and read it")
    try fixture.write("proc/self/mountinfo", "27 1 254:0 / / rw - ext4 /dev/vda rw\n")
    try expect(
      fixture,
      "no cgroup hierarchy is mounted: mount one (mount -t cgroup2 none /sys/fs/cgroup), or give "
        + "its place as [cgroups] root")
    try fixture.write("proc/self/cgroup", "4:memory:/\n0::/\n")
    try expect(
      fixture,
      "the memory controller is on cgroup v1 but its hierarchy is not mounted here: mount it "
        + "(mount -t cgroup -o memory none /sys/fs/cgroup/memory), or give its place as "
        + "[cgroups] root")
  }

  @Test func saysWhatIsWrongWithTheRoot() throws {
    let fixture = try CgroupFixture()
    let root = try #require(fixture.options.root)
    try expect(
      fixture,
      "\(root) holds no memory.current (v2) and no memory.usage_in_bytes (v1), in it or below: "
        + "give the mount point of the cgroup tree, usually /sys/fs/cgroup")
    try fixture.write("cgroup/cgroup.controllers", "cpu pids\n")
    try expect(
      fixture,
      "the cgroup tree \(root) has no memory controller: boot the kernel without "
        + "cgroup_disable=memory (on a Raspberry Pi with cgroup_enable=memory in cmdline.txt)")
    fixture.options.root = root + "/cgroup.controllers"
    try expect(
      fixture,
      "the cgroup root \(root)/cgroup.controllers is not a directory: give the mount point of the "
        + "cgroup tree, usually /sys/fs/cgroup")
    fixture.options.root = root + "/nothing"
    try expect(
      fixture,
      "the cgroup root \(root)/nothing does not exist: give the mount point of the cgroup tree, "
        + "usually /sys/fs/cgroup, or leave [cgroups] root out")
  }

  private func expect(_ fixture: CgroupFixture, _ message: String) throws {
    let error = #expect(throws: CgroupSetupError.self) {
      try CgroupSweeper(options: fixture.options)
    }
    #expect(error?.description == message)
  }
}
