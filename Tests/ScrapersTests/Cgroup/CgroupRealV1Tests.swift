import Foundation
import LinuxSystem
import TestSupport
import Testing
import TimeSeries

@testable import Scrapers

/// The machine's own v1 memory hierarchy, if there is one that this user may make groups in.
private let realRoot = "/sys/fs/cgroup/memory"
private let isWritable =
  FileManager.default.fileExists(atPath: realRoot + "/memory.usage_in_bytes")
  && FileManager.default.isWritableFile(atPath: realRoot)

/// Groups below `leakwatch-test-<pid>-<n>` of the real hierarchy, and processes in them.
private final class RealGroups {
  let name: String
  private var processes: [Process] = []

  init(_ label: String) throws {
    name = "leakwatch-test-\(ProcessInfo.processInfo.processIdentifier)-\(label)"
    try FileManager.default.createDirectory(
      atPath: "\(realRoot)/\(name)", withIntermediateDirectories: false)
  }

  deinit {
    for process in processes { end(process) }
    let base = "\(realRoot)/\(name)"
    for child in (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [] {
      _ = unsafe rmdir("\(base)/\(child)")
    }
    _ = unsafe rmdir(base)
  }

  func path(_ group: String) -> String { "\(realRoot)/\(name)/\(group)" }

  func make(_ group: String) throws {
    try FileManager.default.createDirectory(
      atPath: path(group), withIntermediateDirectories: false)
  }

  /// Once its last process is gone the kernel may take a moment to let a group go.
  func remove(_ group: String) throws {
    for _ in 0..<200 {
      if unsafe rmdir(path(group)) == 0 { return }
      usleep(10_000)
    }
    try #require(Bool(false), "the group \(path(group)) cannot be removed")
  }

  /// A Python process that joins `group`, then holds `mebibytes` of touched memory.
  @discardableResult
  func run(in group: String, holding mebibytes: Int) throws -> Process {
    let python = "/usr/bin/python3"
    try #require(
      FileManager.default.isExecutableFile(atPath: python),
      "this test runs a real process: install the package python3")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [
      "-c",
      """
      import sys, os
      open(sys.argv[1] + "/cgroup.procs", "w").write(str(os.getpid()))
      held = []
      for _ in range(int(sys.argv[2])): held.append(bytearray(os.urandom(1 << 20)))
      print("ready", flush=True)
      sys.stdin.read()
      """, path(group), "\(mebibytes)",
    ]
    let (input, output) = (Pipe.closedInOthers(), Pipe.closedInOthers())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    processes.append(process)
    // "ready", or the end of file of one that was killed.
    _ = output.fileHandleForReading.availableData
    return process
  }

  /// By the end of its input: a child of a test inherits a mask that blocks SIGTERM.
  func end(_ process: Process) {
    try? (process.standardInput as? Pipe)?.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

@Suite(
  .enabled(
    if: isWritable,
    "there is no cgroup v1 memory hierarchy at /sys/fs/cgroup/memory that this user may write to"),
  .serialized)
struct CgroupRealV1Tests {
  private func sweeper(_ groups: RealGroups) throws -> CgroupSweeper {
    var options = CgroupOptions()
    options.include = ["\(groups.name)/*"]
    return try CgroupSweeper(options: options)
  }

  @Test func findsTheHierarchyAndReadsARealProcess() throws {
    let groups = try RealGroups("reads")
    try groups.make("api")
    try groups.make("idle")
    try Data("\(64 << 20)".utf8).write(
      to: URL(fileURLWithPath: groups.path("api") + "/memory.limit_in_bytes"))
    let process = try groups.run(in: "api", holding: 20)
    let sweeper = try sweeper(groups)
    #expect(sweeper.hierarchy.root == realRoot)
    let sweep = sweeper.sweep(0)
    #expect(sweep.problems.isEmpty)
    #expect(sweep.names == ["api", "idle"])
    #expect(try #require(sweep.value("api", .memoryAnon)) >= Double(20 << 20))
    let current = try #require(sweep.value("api", .memoryCurrent))
    #expect(current >= Double(20 << 20) && current <= Double(64 << 20))
    #expect(sweep.value("api", .memoryLimit) == Double(64 << 20))
    #expect(sweep.value("api", .oomKillsTotal) == 0)
    #expect(try #require(sweep.value("idle", .memoryAnon)) < Double(1 << 20))
    #expect(try #require(sweep.value("idle", .memoryLimit)) > Double(64 << 20))
    groups.end(process)
    #expect(try #require(sweeper.sweep(60).value("api", .memoryAnon)) < Double(1 << 20))
  }

  @Test func aRemovedGroupEndsAndANewOneIsAnotherLife() throws {
    let groups = try RealGroups("lives")
    try groups.make("api")
    try groups.make("other")
    let sweeper = try sweeper(groups)
    let first = try #require(sweeper.sweep(0).result("api")?.incarnation)
    try groups.remove("api")
    try groups.make("api")
    let second = sweeper.sweep(60)
    #expect(second.ended.isEmpty)
    let life = try #require(second.result("api")?.incarnation)
    #expect(life != first)
    #expect(life.identity != first.identity)
    try groups.remove("api")
    let third = sweeper.sweep(120)
    #expect(third.ended == [ServiceName("api")])
    #expect(third.names == ["other"])
  }

  @Test func aKeptFileOfARemovedGroupSaysSo() throws {
    let groups = try RealGroups("kept")
    try groups.make("api")
    let buffer = ReadBuffer()
    let path = groups.path("api") + "/memory.usage_in_bytes"
    let file = try KernelFile(path)
    try file.read(into: buffer, path: path)
    #expect(buffer.text.hasSuffix("\n"))
    try groups.remove("api")
    try groups.make("api")
    let error = #expect(throws: SystemError.self) { try file.read(into: buffer, path: path) }
    #expect(error?.isEnded == true)
    #expect(error?.description == "read \(path): No such device")
  }

  @Test func aRealOOMKillIsTheServices() throws {
    let groups = try RealGroups("oom")
    try groups.make("api")
    try groups.make("other")
    let limit = URL(fileURLWithPath: groups.path("api") + "/memory.limit_in_bytes")
    try Data("\(16 << 20)".utf8).write(to: limit)
    let sweeper = try sweeper(groups)
    #expect(sweeper.sweep(0).oomKills.isEmpty)
    let process = try groups.run(in: "api", holding: 64)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    let sweep = sweeper.sweep(60)
    #expect(sweep.value("api", .oomKillsTotal) == 1)
    #expect(
      sweep.oomKills == [
        CgroupOOMKill(
          service: ServiceName("api"), cgroupPath: "/\(groups.name)/api", count: 1,
          attribution: .counter)
      ])
    #expect(sweeper.sweep(120).oomKills.isEmpty)
  }
}
