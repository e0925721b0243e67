import Foundation
import TestSupport
import Testing

/// A service that is restarted between two profiles: that is said, and only two of one process are compared.
@Suite(.serialized) struct RestartEvidenceTests {
  private static let words = "the service was restarted between two profiles"
  /// Between two profiles: time to ask what is said meanwhile.
  private static let interval = "10s"

  /// Restarts as soon as one profile is sure, and leaks in the process that comes after.
  private func outcome(
    of rig: EvidenceRig, restart: () throws -> Void, leak: () throws -> Void
  ) throws -> (evidence: [String: Any]?, first: String?, wasTold: Bool) {
    var first: String?
    var wasTold = false
    var leaks = 0
    let hasArrived = try rig.grow {
      guard let name = first else {
        // Until the next scrape it is not sure which process answered.
        if try rig.explain().contains("the second profile is due in ") {
          first = rig.heaps.first
          try restart()
        }
        return false
      }
      if !wasTold { wasTold = try rig.explain().contains(Self.words) }
      // Once between two profiles of the new process.
      let count = rig.heaps.count { $0 != name }
      if count > leaks {
        leaks = count
        try leak()
      }
      return wasTold && rig.found != nil
    }
    return (hasArrived ? rig.found : nil, first, wasTold)
  }

  private func check(
    _ outcome: (evidence: [String: Any]?, first: String?, wasTold: Bool), _ rig: EvidenceRig
  ) throws {
    #expect(outcome.wasTold)
    let evidence = try #require(outcome.evidence, "\(rig.rig.log.suffix(3000))")
    let paths = ["old", "new"].compactMap { (evidence[$0] as? [String: Any])?["path"] as? String }
    #expect(paths.count == 2)
    let first = try #require(outcome.first)
    #expect(!paths.contains { $0.hasSuffix(first) })
    let lives = paths.map { $0.split(separator: ",").last?.prefix { $0 != "." } }
    #expect(lives[0] == lives[1])
  }

  @Test func ofNode() throws {
    var node = try LeakyScript.node()
    let rig = try EvidenceRig(
      metrics: node.service.url("/metrics"), profile: node.profile, profiles: "timeout = \"90s\"",
      interval: Self.interval)
    try rig.rig.start()
    let outcome = try outcome(
      of: rig, restart: { try node.restart() },
      leak: { try rig.get(node.service.url("/map?count=4000")) })
    try check(outcome, rig)
  }

  @Test func ofPython() throws {
    var python = try LeakyScript.python()
    let rig = try EvidenceRig(
      metrics: python.service.url("/metrics"), profile: python.profile,
      interval: Self.interval)
    try rig.rig.start()
    let outcome = try outcome(
      of: rig, restart: { try python.restart() },
      leak: { try rig.get(python.service.url("/leak?count=2000")) })
    try check(outcome, rig)
  }

  @Test(
    .enabled("needs root and a cgroup hierarchy that it may write") {
      getuid() == 0 && RealCgroup.isPossible
    })
  func ofAJVM() throws {
    let helper = try HelperRig("restarted.service", slice: "/system.slice")
    let port = freeLoopbackPort()
    var jvm = try helper.jvm(port: port)
    let unit = try #require(helper.cgroup.path.split(separator: "/").last)
    let rig = try EvidenceRig(
      metrics: jvm.url("/metrics"), profileOf: [String(unit.dropLast(8)): "auto"],
      profiles: "helper = true\nhelper_socket = \"\(helper.socket)\"\njvm_max_heap = \"8GiB\"",
      interval: Self.interval)
    try rig.rig.start()
    let outcome = try outcome(
      of: rig,
      restart: {
        jvm.stop()
        Thread.sleep(forTimeInterval: 2.5)
        jvm = try helper.jvm(port: port)
      }, leak: { try Curl.get(jvm.url("/leak?5000")) })
    try check(outcome, rig)
  }
}
