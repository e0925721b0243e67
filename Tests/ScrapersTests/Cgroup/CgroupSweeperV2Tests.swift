import Foundation
import Testing
import TimeSeries

@testable import Scrapers

@Suite struct CgroupSweeperV2Tests {
  private func fixture() throws -> CgroupFixture {
    let fixture = try CgroupFixture()
    try fixture.write("cgroup/cgroup.controllers", "cpu memory\n")
    try fixture.makeV2("/system.slice", current: 9000)
    return fixture
  }

  @Test func readsEverySignalOfAService() throws {
    let fixture = try fixture()
    try fixture.makeV2("/system.slice/api.service", current: 1000, oomKills: 3)
    let sweeper = try CgroupSweeper(options: fixture.options)
    let sweep = sweeper.sweep(60)
    #expect(sweep.problems.isEmpty)
    #expect(sweep.oomKills.isEmpty)
    let result = try #require(sweep.result("api"))
    #expect(result.isUp)
    #expect(result.source == .cgroup)
    #expect(result.timestamp == Timestamp(seconds: 60))
    let values = Dictionary(uniqueKeysWithValues: result.readings.map { ($0.signal, $0.value) })
    #expect(
      values == [
        .memoryCurrent: 1000, .memoryAnon: 500, .memoryFile: 200, .memoryInactiveFile: 6,
        .memoryKernel: 30, .memorySlabReclaimable: 7, .memoryShmem: 5, .memorySock: 4,
        .memorySwap: 64, .memoryLimit: Double(8 << 30), .oomKillsTotal: 3,
      ])
    var expected = ServiceDescription(
      name: ServiceName("api"), cgroupPath: "/system.slice/api.service", unit: "api.service")
    expected.cgroupRoot = sweeper.hierarchy.root
    #expect(sweep.appeared == [expected])
  }

  @Test func readsAgainThroughTheFilesThatStayOpen() throws {
    let fixture = try fixture()
    try fixture.makeV2("/system.slice/api.service", current: 1000)
    let sweeper = try CgroupSweeper(options: fixture.options)
    _ = sweeper.sweep(0)
    try fixture.write("cgroup/system.slice/api.service/memory.current", "2000\n")
    let sweep = sweeper.sweep(60)
    #expect(sweep.value("api", .memoryCurrent) == 2000)
    #expect(sweep.appeared.isEmpty)
  }

  @Test func takesTheLeastLimitAboveAndTheHostsMemory() throws {
    let fixture = try fixture()
    try fixture.makeV2("/system.slice", max: "5000", high: "7000")
    try fixture.makeV2("/system.slice/a.service", max: "6000", high: "3000")
    try fixture.makeV2("/system.slice/b.service", max: "4000")
    try fixture.makeV2("/other.slice")
    try fixture.makeV2("/other.slice/c.service", max: "99999999999999")
    let sweeper = try CgroupSweeper(options: fixture.options)
    let sweep = sweeper.sweep(0)
    #expect(sweep.value("a", .memoryLimit) == 5000)
    #expect(sweep.value("a", .memoryHigh) == 3000)
    #expect(sweep.value("b", .memoryLimit) == 4000)
    #expect(sweep.value("b", .memoryHigh) == 7000)
    #expect(sweep.value("c", .memoryLimit) == Double(8 << 30))
    #expect(sweep.value("c", .memoryHigh) == nil)
    try fixture.write("cgroup/system.slice/memory.max", "1000\n")
    #expect(sweeper.sweep(60).value("a", .memoryLimit) == 1000)
  }

  @Test func anUnreadableLimitAboveMakesTheLimitUnknown() throws {
    let fixture = try fixture()
    try fixture.makeV2("/system.slice", max: "lots")
    try fixture.makeV2("/system.slice/a.service", max: "6000")
    let sweeper = try CgroupSweeper(options: fixture.options)
    let sweep = sweeper.sweep(0)
    #expect(sweep.value("a", .memoryLimit) == nil)
    #expect(sweep.value("a", .memoryCurrent) == 1000)
    let root = try #require(fixture.options.root)
    #expect(
      sweep.problems == [
        "\(root)/system.slice/memory.max: line 1: expected a number, found \"lots\""
      ])
    #expect(sweeper.sweep(60).problems.isEmpty, "said once")
  }

  @Test func withoutTheHostsMemoryAGroupsLimitStillCounts() throws {
    let fixture = try CgroupFixture(memoryTotalKiB: nil)
    try fixture.makeV2("/a.service", max: "6000")
    try fixture.makeV2("/b.service")
    let sweep = try CgroupSweeper(options: fixture.options).sweep(0)
    #expect(sweep.value("a", .memoryLimit) == 6000)
    #expect(sweep.value("b", .memoryLimit) == nil)
  }

  @Test func absentFilesAndKeysStayAbsent() throws {
    let fixture = try fixture()
    try fixture.write("cgroup/system.slice/api.service/memory.current", "1000\n")
    try fixture.write("cgroup/system.slice/api.service/memory.stat", "anon 7\n")
    let sweep = try CgroupSweeper(options: fixture.options).sweep(0)
    let signals = try #require(sweep.result("api")).readings.map(\.signal)
    #expect(signals == [.memoryCurrent, .memoryAnon, .memoryLimit])
    #expect(sweep.problems.isEmpty)
  }

  @Test func oneBrokenFileCostsOnlyWhatItSays() throws {
    let fixture = try fixture()
    try fixture.makeV2("/system.slice/a.service", stat: "anon x\nfile 3\n")
    try fixture.makeV2("/system.slice/b.service")
    try fixture.write("cgroup/system.slice/b.service/memory.current", "garbage\n")
    try fixture.makeV2("/system.slice/c.service")
    try fixture.remove("cgroup/system.slice/c.service/memory.stat")
    try fixture.makeDirectory("cgroup/system.slice/c.service/memory.stat")
    try fixture.makeV2("/system.slice/d.service")
    let sweeper = try CgroupSweeper(options: fixture.options)
    let sweep = sweeper.sweep(0)
    let slice = try #require(fixture.options.root) + "/system.slice"
    #expect(sweep.value("a", .memoryAnon) == nil)
    #expect(sweep.value("a", .memoryFile) == 3)
    #expect(sweep.result("b")?.isUp == false)
    #expect(sweep.result("b")?.readings == [])
    #expect(
      sweep.result("b")?.failure
        == "\(slice)/b.service/memory.current: line 1: expected a number, found \"garbage\"")
    #expect(sweep.value("c", .memoryCurrent) == 1000)
    #expect(sweep.value("c", .memoryAnon) == nil)
    #expect(sweep.value("d", .memoryAnon) == 500)
    #expect(
      sweep.problems.sorted() == [
        "\(slice)/a.service/memory.stat: line 1: expected a number, found \"x\"",
        "read \(slice)/c.service/memory.stat: Is a directory",
      ])
    let second = sweeper.sweep(60)
    #expect(second.problems.isEmpty)
    #expect(second.result("b")?.isUp == false)
  }

  @Test func aFileThatTurnsBadIsAGapAndRecovers() throws {
    let fixture = try fixture()
    try fixture.makeV2("/system.slice/a.service")
    let sweeper = try CgroupSweeper(options: fixture.options)
    #expect(sweeper.sweep(0).result("a")?.isUp == true)
    try fixture.write("cgroup/system.slice/a.service/memory.current", "")
    let root = try #require(fixture.options.root)
    #expect(
      sweeper.sweep(60).result("a")?.failure
        == "\(root)/system.slice/a.service/memory.current: the file is empty")
    try fixture.write("cgroup/system.slice/a.service/memory.current", "5\n")
    #expect(sweeper.sweep(120).value("a", .memoryCurrent) == 5)
  }

  @Test func aServiceWithoutAccountingIsSaidOnceAndTakenInLater() throws {
    let fixture = try fixture()
    try fixture.makeDirectory("cgroup/system.slice/a.service")
    try fixture.makeDirectory("cgroup/system.slice/b.service")
    let sweeper = try CgroupSweeper(options: fixture.options)
    let first = sweeper.sweep(0)
    #expect(first.results.isEmpty)
    #expect(first.appeared.isEmpty)
    #expect(first.problems.count == 1)
    #expect(first.problems[0].contains("no memory accounting for /system.slice/"))
    #expect(first.problems[0].contains("MemoryAccounting=yes"))
    try fixture.makeV2("/system.slice/a.service")
    let second = sweeper.sweep(60)
    #expect(second.names == ["a"])
    #expect(second.appeared.map(\.name.text) == ["a"])
    #expect(second.problems.isEmpty)
  }

  @Test func servicesComeAndGo() throws {
    let fixture = try fixture()
    try fixture.makeV2("/system.slice/a.service")
    let sweeper = try CgroupSweeper(options: fixture.options)
    _ = sweeper.sweep(0)
    try fixture.makeV2("/system.slice/b.service")
    let second = sweeper.sweep(60)
    #expect(second.names == ["a", "b"])
    #expect(second.appeared.map(\.name.text) == ["b"])
    try fixture.bury("cgroup/system.slice/a.service")
    let third = sweeper.sweep(120)
    #expect(third.names == ["b"])
    #expect(third.ended == [ServiceName("a")])
    #expect(sweeper.sweep(180).ended.isEmpty)
    try fixture.bury("cgroup/system.slice")
    #expect(sweeper.sweep(240).ended == [ServiceName("b")])
  }

  @Test func aRecreatedCgroupIsAnotherLifeOfTheSameService() throws {
    let fixture = try fixture()
    try fixture.makeV2("/system.slice/a.service", current: 1000)
    let sweeper = try CgroupSweeper(options: fixture.options)
    let first = try #require(sweeper.sweep(0).result("a")?.incarnation)
    #expect(sweeper.sweep(60).result("a")?.incarnation == first)
    try fixture.bury("cgroup/system.slice/a.service")
    try fixture.makeV2("/system.slice/a.service", current: 10)
    let sweep = sweeper.sweep(120)
    #expect(sweep.ended.isEmpty)
    #expect(sweep.value("a", .memoryCurrent) == 10)
    let second = try #require(sweep.result("a")?.incarnation)
    #expect(second != first)
    #expect(first.identity.hasPrefix("b00t:/system.slice/a.service:"))
    #expect(second.startedAt != nil)
  }

  @Test func anotherInvocationInTheSameCgroupIsAnotherLife() throws {
    let fixture = try fixture()
    try fixture.makeV2("/system.slice/a.service")
    try fixture.link("units/invocation:a.service", to: "0123456789abcdef0123456789abcdef")
    let sweeper = try CgroupSweeper(options: fixture.options)
    let first = sweeper.sweep(0)
    #expect(first.appeared.first?.invocationID == "0123456789abcdef0123456789abcdef")
    try fixture.link("units/invocation:a.service", to: "ffffffffffffffffffffffffffffffff")
    let second = sweeper.sweep(60)
    #expect(second.ended.isEmpty)
    #expect(second.appeared.first?.invocationID == "ffffffffffffffffffffffffffffffff")
    let lives = [first, second].compactMap { $0.result("a")?.incarnation?.identity }
    #expect(lives.count == 2)
    #expect(Set(lives).count == 2)
    try fixture.remove("units/invocation:a.service")
    #expect(
      sweeper.sweep(120).result("a")?.incarnation?.identity == lives.last,
      "a unit that is being stopped loses its link, not its life")
  }

  @Test func oomKillsAreTold() throws {
    let fixture = try fixture()
    try fixture.makeV2("/system.slice/a.service")
    try fixture.makeV2("/system.slice/b.service")
    let sweeper = try CgroupSweeper(options: fixture.options)
    _ = sweeper.sweep(0)
    try fixture.setOOMKills("/system.slice", 2)
    try fixture.setOOMKills("/system.slice/a.service", 1)
    try fixture.bury("cgroup/system.slice/b.service")
    try fixture.makeV2("/system.slice/b.service", current: 1)
    let sweep = sweeper.sweep(60)
    #expect(
      Set(sweep.oomKills) == [
        CgroupOOMKill(
          service: ServiceName("a"), cgroupPath: "/system.slice/a.service", count: 1,
          attribution: .counter),
        CgroupOOMKill(
          service: ServiceName("b"), cgroupPath: "/system.slice/b.service", count: 1,
          attribution: .parentCounter),
      ])
    #expect(sweep.value("a", .oomKillsTotal) == 1)
    #expect(sweeper.sweep(120).oomKills.isEmpty)
  }

  /// The kernel counts each kill in /proc/vmstat too; only then are the counters read again.
  @Test func oomCountersAreReadWhenTheHostCountedAKill() throws {
    let fixture = try fixture()
    try fixture.write("proc/vmstat", "pgfault 12\noom_kill 5\n")
    try fixture.makeV2("/system.slice/a.service")
    try fixture.makeV2("/system.slice/run.scope")
    let sweeper = try CgroupSweeper(options: fixture.options)
    _ = sweeper.sweep(0)
    try fixture.setOOMKills("/system.slice/a.service", 1)
    #expect(sweeper.sweep(60).value("a", .oomKillsTotal) == 0)
    try fixture.write("proc/vmstat", "pgfault 12\noom_kill 6\n")
    try fixture.setOOMKills("/system.slice", 1)
    let sweep = sweeper.sweep(120)
    #expect(sweep.value("a", .oomKillsTotal) == 1)
    #expect(sweep.oomKills.map(\.attribution) == [.counter])
    try fixture.write("proc/vmstat", "pgfault 12\noom_kill 7\n")
    try fixture.setOOMKills("/system.slice", 2)
    try fixture.bury("cgroup/system.slice/a.service")
    #expect(sweeper.sweep(180).oomKills.map(\.attribution) == [.parentCounter])
  }

  @Test func overTheBudgetFilesAreOpenedForEachReading() throws {
    let fixture = try fixture()
    fixture.options.descriptorBudget = 3
    for name in ["a", "b", "c"] { try fixture.makeV2("/system.slice/\(name).service") }
    let sweeper = try CgroupSweeper(options: fixture.options)
    let first = sweeper.sweep(0)
    #expect(first.names == ["a", "b", "c"])
    #expect(first.problems.count == 1)
    #expect(first.problems.first?.contains("LimitNOFILE=") == true)
    for name in ["a", "b", "c"] {
      try fixture.write("cgroup/system.slice/\(name).service/memory.current", "77\n")
    }
    let second = sweeper.sweep(60)
    #expect(["a", "b", "c"].map { second.value($0, .memoryCurrent) } == [77, 77, 77])
    #expect(second.problems.isEmpty)
  }

  @Test func tooManyGroupsAreLeftOutAndSaid() throws {
    let fixture = try fixture()
    fixture.options.maximumGroups = 3
    for index in 0..<9 { try fixture.makeV2("/system.slice/s\(index).service") }
    let sweep = try CgroupSweeper(options: fixture.options).sweep(0)
    #expect(sweep.results.count == 2)
    #expect(sweep.problems.count == 1)
    #expect(sweep.problems.first?.contains("more than 3 cgroups") == true)
  }

  @Test func aHostWithoutServicesIsToldWhatToDo() throws {
    let fixture = try fixture()
    let sweep = try CgroupSweeper(options: fixture.options).sweep(0)
    let root = try #require(fixture.options.root)
    #expect(
      sweep.problems == [
        "no service and no container below \(root): name groups made by hand with [cgroups] include"
      ])
  }

  @Test func globsChoose() throws {
    let fixture = try fixture()
    fixture.options.include = ["system.slice/**", "demo/*"]
    fixture.options.exclude = ["system.slice/b*"]
    try fixture.makeV2("/system.slice/a.service")
    try fixture.makeV2("/system.slice/b.service")
    try fixture.makeV2("/system.slice/x.slice/d.service")
    try fixture.makeV2("/other.slice/c.service")
    try fixture.makeV2("/demo/api")
    try fixture.makeV2("/demo/api/worker")
    try fixture.makeV2("/batch")
    #expect(try CgroupSweeper(options: fixture.options).sweep(0).names == ["a", "api", "d"])
  }

  @Test func aCgroupWithServicesInsideIsNoneItself() throws {
    let fixture = try fixture()
    try fixture.makeV2("/lxc.payload.web")
    let sweeper = try CgroupSweeper(options: fixture.options)
    #expect(sweeper.sweep(0).names == ["web"])
    try fixture.makeV2("/lxc.payload.web/init.scope")
    try fixture.makeV2("/lxc.payload.web/system.slice/nginx.service")
    try fixture.makeV2("/lxc.payload.web/system.slice/cron.service")
    let sweep = sweeper.sweep(60)
    #expect(sweep.names == ["web/cron", "web/nginx"])
    #expect(sweep.ended == [ServiceName("web")])
  }
}
