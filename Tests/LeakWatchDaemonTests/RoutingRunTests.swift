import Foundation
import TestSupport
import Testing

/// Groups and routes with a daemon that runs.
@Suite struct RoutingRunTests {
  /// Lets both services grow towards their limits until the condition holds.
  private static func leak(_ rig: DaemonRig, until condition: () -> Bool) throws -> Bool {
    for mebibytes in 256..<510 {
      for unit in ["api.service", "web.service"] { try rig.tree.set(unit, mebibytes: mebibytes) }
      if rig.waitUntil(seconds: 0.05, condition) { return true }
    }
    return rig.waitUntil(condition)
  }

  @Test func twoServicesInOneMessage() throws {
    let rig = try DaemonRig.withTwoServices(
      extra: "group_wait = \"4s\"\nalerts = [\"oom_imminent\"]")
    #expect(try Self.leak(rig) { !rig.received.isEmpty })
    let first = try #require(rig.received.first)
    #expect(first.body["type"] as? String == "leakwatch.alerts.group")
    let alerts = try #require(first.data["alerts"] as? [[String: Any]])
    #expect(Set(alerts.compactMap { $0["service"] as? String }) == ["api", "web"])
    #expect(Set(alerts.compactMap { $0["status"] as? String }) == ["firing"])
  }

  @Test func aSinkIsToldOfItsServicesAlone() throws {
    let rig = try DaemonRig.withTwoServices(extra: "services = [\"w*\"]")
    #expect(try Self.leak(rig) { !rig.received.isEmpty && rig.log.contains("api: ") })
    #expect(Set(rig.received.map(\.service)) == ["web"])
  }
}
