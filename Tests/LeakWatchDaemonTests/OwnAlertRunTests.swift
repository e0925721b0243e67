import Foundation
import Testing

/// The real program tells of itself.
@Suite(.serialized) struct OwnAlertRunTests {
  private static func own(_ rig: DaemonRig, _ alert: String) -> [String] {
    rig.received.filter { $0.alert == alert && $0.service == "leakwatch" }.map(\.status)
  }

  @Test func aTargetThatIsDownAndARejectedReloadAreToldAndEnd() throws {
    let exporter = """
      [[exporter]]
      service = "shop"
      url = "http://127.0.0.1:1/metrics"
      interval = "1s"
      timeout = "500ms"
      [rules.target_down]
      for = "1s"
      """
    let rig = try DaemonRig.withTwoServices(extra: exporter)
    #expect(rig.waitUntil { Self.own(rig, "target_down") == ["firing"] })
    let told = try #require(rig.received.first { $0.alert == "target_down" })
    let summary = try #require(told.data["summary"] as? String)
    #expect(summary.contains("http://127.0.0.1:1/metrics of shop does not answer"))

    try Data("nonsense = 1\n".utf8).write(to: rig.configurationFile)
    rig.signal(SIGHUP)
    #expect(rig.waitUntil { Self.own(rig, "config_rejected") == ["firing"] })
    try rig.configure()
    rig.signal(SIGHUP)
    #expect(
      rig.waitUntil {
        Self.own(rig, "config_rejected") == ["firing", "resolved"]
          && Self.own(rig, "target_down") == ["firing", "resolved"]
      })
  }

  @Test func aSinkThatFailsIsToldThroughTheOther() throws {
    let rig = try DaemonRig()
    try rig.configure(
      extra: """
        [[sink]]
        name = "dead"
        type = "webhook"
        url = "http://127.0.0.1:1/"
        timeout = "500ms"
        [rules.sink_failing]
        for = "1s"
        """)
    try rig.tree.create("api.service")
    try rig.start()
    #expect(try rig.leak("api.service") { Self.own(rig, "sink_failing") == ["firing"] })
    let told = rig.received.first { $0.alert == "sink_failing" }
    #expect((told?.data["summary"] as? String)?.contains("sink dead has taken nothing") == true)
    // The one that fails is out of the configuration: nothing waits any more.
    try rig.configure()
    rig.signal(SIGHUP)
    #expect(
      rig.waitUntil { Self.own(rig, "sink_failing") == ["firing", "resolved"] })
  }
}
