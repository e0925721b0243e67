import Foundation
import Testing
import TimeSeries

@testable import Scrapers

@Suite struct CgroupSweeperV1Tests {
  @Test func readsEverySignalThatVersion1Has() throws {
    let fixture = try CgroupFixture()
    try fixture.makeV1("")
    try fixture.makeV1("/system.slice/api.service", oomKills: 2)
    let sweep = try CgroupSweeper(options: fixture.options).sweep(0)
    #expect(sweep.problems.isEmpty)
    let readings = try #require(sweep.result("api")).readings
    #expect(
      Dictionary(uniqueKeysWithValues: readings.map { ($0.signal, $0.value) }) == [
        .memoryCurrent: 1000, .memoryAnon: 500, .memoryFile: 200, .memoryInactiveFile: 6,
        .memoryKernel: 30, .memoryShmem: 5, .memorySwap: 64, .memoryLimit: Double(8 << 30),
        .oomKillsTotal: 2,
      ])
  }

  @Test func theHierarchicalLimitCounts() throws {
    let fixture = try CgroupFixture()
    try fixture.makeV1("")
    try fixture.makeV1("/a.service", limit: 4096)
    try fixture.makeV1("/b.service", limit: 9_223_372_036_854_771_712)
    let sweep = try CgroupSweeper(options: fixture.options).sweep(0)
    #expect(sweep.value("a", .memoryLimit) == 4096)
    #expect(sweep.value("b", .memoryLimit) == Double(8 << 30))
  }

  @Test func hybridHostsAreReadWhereTheMemoryControllerIs() throws {
    let fixture = try CgroupFixture()
    try fixture.write("cgroup/unified/cgroup.controllers", "\n")
    try fixture.makeDirectory("cgroup/unified/system.slice/api.service")
    try fixture.makeV1("", root: "cgroup/memory")
    try fixture.makeV1("/system.slice/api.service", root: "cgroup/memory")
    let sweeper = try CgroupSweeper(options: fixture.options)
    #expect(sweeper.hierarchy.root.hasSuffix("/cgroup/memory"))
    let sweep = sweeper.sweep(0)
    #expect(sweep.names == ["api"])
    #expect(sweep.appeared.first?.cgroupPath == "/system.slice/api.service")
    #expect(sweep.appeared.first?.cgroupRoot == sweeper.hierarchy.root)
  }

  @Test func groupsMadeByHandAreWatchedIfNamed() throws {
    let fixture = try CgroupFixture()
    try fixture.makeV1("")
    try fixture.makeV1("/demo/api")
    try fixture.makeV1("/demo/idle")
    try fixture.makeV1("/elsewhere/job")
    fixture.options.include = ["demo/*"]
    let sweep = try CgroupSweeper(options: fixture.options).sweep(0)
    #expect(sweep.names == ["api", "idle"])
    #expect(sweep.appeared.allSatisfy { $0.unit == nil })
  }

  @Test func oomKillsAreTold() throws {
    let fixture = try CgroupFixture()
    try fixture.makeV1("")
    try fixture.write("proc/vmstat", "oom_kill 0\n")
    try fixture.makeV1("/a.service", usage: 950, limit: 1000)
    try fixture.makeV1("/b.service", usage: 10, limit: 1000)
    let sweeper = try CgroupSweeper(options: fixture.options)
    _ = sweeper.sweep(0)
    try fixture.write("proc/vmstat", "oom_kill 2\n")
    try fixture.makeV1("/b.service", usage: 10, limit: 1000, oomKills: 1)
    try fixture.bury("cgroup/a.service")
    let sweep = sweeper.sweep(60)
    #expect(sweep.oomKills.map(\.service.text).sorted() == ["a", "b"])
    #expect(Set(sweep.oomKills.map(\.attribution)) == [.counter, .hostCounter])
    #expect(sweep.ended == [ServiceName("a")])
  }
}
