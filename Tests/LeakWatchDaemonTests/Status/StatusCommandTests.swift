import Foundation
import TestSupport
import Testing

/// `leakwatch status` and `explain`, asked of a daemon that runs.
@Suite(.serialized) struct StatusCommandTests {
  /// A daemon that watches `api`, which is about to reach its limit, and `web`, which rests.
  private static func rig() throws -> DaemonRig {
    let rig = try DaemonRig.withTwoServices()
    #expect(try rig.leak("api.service") { !rig.received.isEmpty })
    return rig
  }

  @Test func theMostUrgentServiceComesFirst() throws {
    let rig = try Self.rig()
    let outcome = try rig.ask("status")
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.first?.hasPrefix("SERVICE") == true)
    #expect(lines[1].hasPrefix("api ") && lines[1].contains("oom_imminent for"))
    #expect(lines[2].hasPrefix("web ") && lines[2].contains("256 MiB") && lines[2].contains("50 %"))
    #expect(lines.last?.hasPrefix("2 services, 1 growing: api") == true)
    // Nothing for a terminal where there is none.
    #expect(!outcome.output.contains("\u{1B}"))
  }

  @Test func programsReadJSON() throws {
    let rig = try Self.rig()
    let outcome = try rig.ask("status", "--json")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let services = try #require(json["services"] as? [[String: Any]])
    #expect(services.map { $0["service"] as? String } == ["api", "web"])
    #expect(services[1]["memory_bytes"] as? Double != nil)
    #expect(services[1]["limit_bytes"] as? Double == 536_870_912)
    #expect(services[1]["seconds_to_limit"] is NSNull)
    let alerts = try #require(services[0]["alerts"] as? [[String: Any]])
    #expect(alerts.first?["alert"] as? String == "oom_imminent")
    #expect(alerts.first?["state"] as? String == "firing")
    #expect(alerts.first?["since"] is Double)
  }

  @Test func aServiceIsExplainedAlsoWhereItDoesNotAlert() throws {
    let rig = try Self.rig()
    let web = try rig.ask("explain", "web")
    #expect(web.status == 0)
    #expect(web.output.contains("Does memory grow?"))
    #expect(web.output.contains("not alerting"))
    let api = try rig.ask("explain", "ap")
    #expect(api.status == 0)
    #expect(api.output.contains("alerting: oom_imminent for"))
    #expect(api.output.contains("limit 512 MiB"))
    let json = try rig.ask("explain", "api", "--json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["service"] as? String == "api")
    #expect((object["checklist"] as? [Any])?.isEmpty == false)
    let unknown = try rig.ask("explain", "nothing")
    #expect(unknown.status == 1)
    #expect(
      unknown.errors == "error: no service \"nothing\" is watched; there are: api, web\n")
  }

  @Test func withoutADaemonItSaysWhatToDo() throws {
    let folder = try TemporaryFolder()
    let socket = folder.url.appendingPathComponent("none.sock").path
    let outcome = try CommandOutcome(of: ["status", "--socket", socket], folder: folder)
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.errors
        == "error: no LeakWatch answers at \(socket): connect \(socket): No such file or directory; "
        + "is it running? (systemctl status leakwatch)\n")
  }

  @Test func aSocketThatACrashLeftIsTakenOver() throws {
    let rig = try Self.rig()
    rig.kill()
    #expect(FileManager.default.fileExists(atPath: rig.socket))
    let dead = try rig.ask("status")
    #expect(dead.status == 1 && dead.errors.contains("Connection refused"))
    try rig.start()
    #expect(
      rig.waitUntil { (try? rig.ask("status"))?.output.contains("web") == true })
  }
}
