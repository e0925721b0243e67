import Foundation
import TestSupport
import Testing

@testable import LeakWatchDaemon

/// `leakwatch history`, asked of a daemon that runs, over crashes.
@Suite(.serialized) struct HistoryCommandTests {
  private static func episodes(_ outcome: CommandOutcome) throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return try #require((json as? [String: Any])?["episodes"] as? [[String: Any]])
  }

  @Test func anEpisodeThatACrashPartsIsOneFromItsBeginningToItsEnd() throws {
    let rig = try DaemonRig.withTwoServices()
    #expect(
      rig.waitUntil {
        (try? rig.ask("status"))?.output.contains("api") == true
      })
    let before = try rig.ask("history")
    #expect(before.status == 0)
    #expect(before.output.hasPrefix("no alert has fired since "))
    #expect(try rig.leak("api.service") { !rig.received.isEmpty })
    let told = try #require(rig.received.first)
    let firing = try #require(try Self.episodes(try rig.ask("history", "api", "--json")).first)
    #expect(firing["episode"] as? String == told.data["episode"] as? String)
    #expect(firing["fired_at"] as? Double == told.data["started_at"] as? Double)
    #expect(firing["ended_at"] is NSNull && firing["end_reason"] is NSNull)
    #expect(firing["restarts"] as? Int == 0 && firing["oom_kills"] as? Int == 0)

    rig.kill()
    try rig.configure(keepFiring: "1s")
    try rig.start()
    // A new life, within the episode, that is small again.
    #expect(
      rig.waitUntil {
        (try? rig.ask("history"))?.output.contains("oom_imminent") == true
      })
    try rig.tree.remove("api.service")
    try rig.tree.create("api.service")
    try rig.tree.set("api.service", mebibytes: 100)
    #expect(rig.waitUntil { rig.received.contains { $0.status == "resolved" } })
    let all = try Self.episodes(try rig.ask("history", "--json", "--since", "1d"))
    let ended = try #require(all.first)
    #expect(all.count == 1)
    #expect(ended["episode"] as? String == told.data["episode"] as? String)
    #expect(ended["severity"] as? String == "page")
    #expect(ended["began_at"] as? Double != nil)
    #expect(ended["restarts"] as? Int == 1)
    #expect((ended["end_reason"] as? String)?.isEmpty == false)

    rig.kill()
    try rig.start()
    #expect(
      rig.waitUntil {
        (try? rig.ask("history", "api"))?.output.contains("ended: ") == true
      })
    let words = try rig.ask("history", "api").output
    #expect(words.hasPrefix("oom_imminent, page, from "))
    #expect(words.contains("  api: memory reaches its limit of 512 MiB"))
    #expect(words.contains("restarts: 1; OOM kills: 0\n"))
    #expect(try rig.ask("history").output.hasPrefix("FIRED"))
    #expect(try rig.ask("history", "web").output.hasPrefix("no alert has fired since "))
    #expect(try rig.ask("history", "--since", "0s").output.hasPrefix("no alert has fired since "))
    let unknown = try rig.ask("history", "nothing")
    #expect(
      unknown.status == 1
        && unknown.errors == "error: no service \"nothing\" is watched; there are: api, web\n")
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
  }

  @Test func aMistakeIsToldWithWhatToWrite() throws {
    let folder = try TemporaryFolder()
    let usage = try CommandOutcome(of: ["history", "--since", "soon"], folder: folder)
    #expect(usage.status == 64)
    #expect(usage.errors.contains("\"soon\" is no moment: write a length of time such as 30d"))
    let socket = folder.url.appendingPathComponent("none.sock").path
    let nobody = try CommandOutcome(of: ["history", "--socket", socket], folder: folder)
    #expect(nobody.status == 1)
    #expect(nobody.errors.contains("is it running? (systemctl status leakwatch)"))
  }
}
