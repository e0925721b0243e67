import Foundation
import TestSupport
import Testing

/// Signs of life, at a real receiver.
@Suite(.serialized) struct HeartbeatTests {
  private static func count(_ rig: DaemonRig, _ request: String) -> Int {
    rig.requests.count { $0 == request }
  }

  private static func rig(_ heartbeat: (DaemonRig) -> String) throws -> DaemonRig {
    let rig = try DaemonRig()
    try rig.configure(extra: "[heartbeat]\ninterval = \"100ms\"\n" + heartbeat(rig))
    try rig.tree.create("api.service")
    try rig.tree.set("api.service", mebibytes: 256)
    return rig
  }

  @Test func beatsGoOnWhileItWatchesAndStopWhenItSeesNothing() throws {
    let rig = try Self.rig { "url = \"\($0.receiver.url("/200"))\"" }
    try rig.start()
    #expect(rig.waitUntil { Self.count(rig, "GET /200") >= 3 })
    // The loop runs on, and the only thing to see is gone.
    try rig.tree.remove("api.service")
    Thread.sleep(forTimeInterval: 1)
    let before = Self.count(rig, "GET /200")
    Thread.sleep(forTimeInterval: 1)
    #expect(Self.count(rig, "GET /200") == before)
    try rig.tree.create("api.service")
    try rig.tree.set("api.service", mebibytes: 256)
    #expect(rig.waitUntil { Self.count(rig, "GET /200") > before })
  }

  @Test func aFailureIsSaidOnceAndSoIsTheNextSuccess() throws {
    let rig = try Self.rig { rig in
      let file = rig.folder.url.appendingPathComponent("beat")
      try? Data("\(rig.receiver.url("/500"))\n".utf8).write(to: file)
      try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
      return "url_file = \"\(file.path)\"\nmethod = \"POST\""
    }
    try rig.start()
    #expect(rig.waitUntil { Self.count(rig, "POST /500") >= 3 })
    let file = rig.folder.url.appendingPathComponent("beat")
    try Data("\(rig.receiver.url("/204"))\n".utf8).write(to: file)
    #expect(rig.waitUntil { rig.log.contains("the heartbeat arrives again") })
    let told = rig.log.components(separatedBy: "the heartbeat does not arrive").count - 1
    #expect(told == 1)
    #expect(rig.log.contains("answered 500"))
    #expect(!rig.log.contains("/500"))
  }
}
