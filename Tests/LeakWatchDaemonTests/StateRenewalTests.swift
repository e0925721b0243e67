import Foundation
import TestSupport
import Testing

@testable import LeakWatchDaemon

/// A state file that is damaged under the real program: it has everything in memory, too.
@Suite struct StateRenewalTests {
  /// Overwrites the tables of the file and of its log.
  private static func damage(_ state: URL) throws {
    for (name, start) in [("leakwatch.db", 8192), ("leakwatch.db-wal", 32)] {
      let url = state.appendingPathComponent(name)
      let size = try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
      guard size > start else { continue }
      let file = try FileHandle(forWritingTo: url)
      try file.seek(toOffset: UInt64(start))
      try file.write(contentsOf: Data(repeating: 0xA5, count: size - start))
      try file.close()
    }
  }

  @Test func aFileThatIsDamagedMeanwhileIsWrittenAnewAndNothingIsLost() throws {
    let rig = try DaemonRig()
    try rig.configure()
    let units = ["web.service", "api.service"] + (1...150).map { "calm\($0).service" }
    for unit in units {
      try rig.tree.create(unit)
      try rig.tree.set(unit, mebibytes: 256)
    }
    // More records than SQLite keeps in memory, written as the first run ends.
    try rig.start()
    #expect(rig.waitUntil { rig.log.contains("152 services, none growing") })
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
    try rig.start()
    #expect(try rig.leak("api.service") { rig.received.contains { $0.service == "api" } })
    #expect(try rig.ask("silence", "quiet", "--for", "1h", "--why", "a test").status == 0)
    let episode = try #require(
      rig.received.first { $0.service == "api" }?.data["episode"] as? String)
    let state = rig.folder.url.appendingPathComponent("state")
    try Self.damage(state)
    // What it has to say next meets the damage.
    #expect(
      try rig.leak("web.service") {
        rig.log.contains("a new one was written from memory: nothing is lost")
      })
    let kept = try FileManager.default.contentsOfDirectory(atPath: state.path)
      .filter { $0.hasPrefix("leakwatch.db.damaged-") }
    #expect(kept.contains { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }, "\(kept)")
    #expect(rig.waitUntil { rig.received.contains { $0.service == "web" } })

    rig.kill()
    try rig.start()
    #expect(
      rig.waitUntil { rig.log.components(separatedBy: "watches this host").count == 4 },
      "\(rig.log)")
    #expect(try rig.ask("silence", "--list").output.contains("a test"))
    for unit in ["api.service", "web.service"] { try rig.tree.set(unit, mebibytes: 100) }
    // Each episode goes on where it was, and is told once.
    let firing = rig.received.filter { $0.service == "api" && $0.status == "firing" }
    #expect(firing.compactMap { $0.data["episode"] as? String } == [episode])
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 10) == 0)
  }

  /// What the kernel could not write it drops, and says so once: a sync that succeeds later proves nothing.
  @Test func aFileWhoseSyncFailedIsWrittenAnewWhenTheDiskWorksAgain() throws {
    let rig = try DaemonRig()
    try rig.configure()
    for unit in ["web.service", "api.service"] {
      try rig.tree.create(unit)
      try rig.tree.set(unit, mebibytes: 256)
    }
    let fault = rig.folder.url.appendingPathComponent("fault")
    let library = rig.folder.url.appendingPathComponent("failing_sync.so")
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Services/failing_sync.c")
    try Program("gcc", package: "gcc").run(
      ["-shared", "-fPIC", "-o", library.path, source.path])
    let environment = ["LD_PRELOAD": library.path, "FAILING_SYNC": fault.path]
    try rig.start(environment: environment)
    #expect(rig.waitUntil { rig.log.contains("2 services, none growing") })
    let state = rig.folder.url.appendingPathComponent("state")
    let before = try Self.fileNumber(state)

    try Data().write(to: fault)
    #expect(try rig.leak("api.service") { rig.received.contains { $0.service == "api" } })
    #expect(
      rig.waitUntil {
        rig.log.contains("the state file has failed and cannot be written anew")
      }, "\(rig.log)")
    let episode = try #require(
      rig.received.first { $0.service == "api" }?.data["episode"] as? String)
    try FileManager.default.removeItem(at: fault)
    #expect(rig.waitUntil { rig.log.contains("was written anew from memory") }, "\(rig.log)")
    #expect(try Self.fileNumber(state) != before)
    #expect(
      rig.waitUntil {
        rig.received.filter { $0.alert == "state_degraded" }.map(\.status) == [
          "firing", "resolved",
        ]
      })

    rig.kill()
    try rig.start()
    #expect(rig.waitUntil { rig.log.components(separatedBy: "watches this host").count == 3 })
    // It is told once, though it fires still.
    let firing = rig.received.filter { $0.service == "api" && $0.status == "firing" }
    #expect(firing.compactMap { $0.data["episode"] as? String } == [episode])

    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
  }

  /// The inode.
  private static func fileNumber(_ state: URL) throws -> Int? {
    let path = state.appendingPathComponent("leakwatch.db").path
    return try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
  }
}
