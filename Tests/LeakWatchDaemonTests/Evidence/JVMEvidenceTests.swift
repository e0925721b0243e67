import Foundation
import TestSupport
import Testing

/// The whole way for a JVM: it leaks, the alert is told, the helper counts its objects twice, and the
/// alert is told again with the class.
@Suite(
  .serialized,
  .enabled("needs root and a cgroup hierarchy that it may write") {
    getuid() == 0 && RealCgroup.isPossible
  })
struct JVMEvidenceTests {
  private struct Rig {
    let helper: HelperRig
    let jvm: TestService
    let daemon: EvidenceRig

    init(_ label: String, hasExporter: Bool) throws {
      helper = try HelperRig(label + ".service", slice: "/system.slice")
      jvm = try helper.jvm(before: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
      let unit = try #require(helper.cgroup.path.split(separator: "/").last)
      daemon = try EvidenceRig(
        metrics: hasExporter ? jvm.url("/metrics") : nil,
        profileOf: [String(unit.dropLast(8)): "auto"],
        profiles: """
          helper = true
          helper_socket = "\(helper.socket)"
          jvm_max_heap = "8GiB"
          """)
      try daemon.rig.start()
    }

    /// Leaks as soon as the profile from before is there.
    func grow(_ leaks: [String]) throws -> [String: Any]? {
      var hasLeaked = false
      let arrived = try daemon.grow {
        if !hasLeaked, daemon.kept.contains(where: { $0.hasSuffix(".heap.txt.gz") }) {
          for leak in leaks { try Curl.get(jvm.url(leak)) }
          hasLeaked = true
        }
        return daemon.found != nil
      }
      return arrived ? daemon.found : nil
    }
  }

  @Test func anExportersJVMIsCountedAndItsOwnClassIsNamed() throws {
    let rig = try Rig("exporter", hasExporter: true)
    let evidence = try #require(try rig.grow(["/leak?5000"]), "\(rig.daemon.rig.log)")
    #expect(evidence["kind"] as? String == "jvm_histogram")
    #expect(evidence["bearing"] as? String == "supports")
    let growers = try #require(evidence["growers"] as? [[String: Any]])
    #expect(growers.first?["name"] as? String == "byte[]")
    let session = try #require(
      growers.first { $0["name"] as? String == "LeakyService$Session" })
    #expect(session["delta_objects"] as? Int == 5000)
    let conclusion = try #require(evidence["conclusion"] as? String)
    #expect(
      conclusion.contains(
        "; of the service's own classes LeakyService$Session grew most, +5000 objects; "))
    #expect(
      conclusion.contains(" more java.util.HashMap$Node: entries of a map that nothing takes"))
  }

  @Test func aJVMWithoutAnExporterIsFoundInItsCgroup() throws {
    let rig = try Rig("silent", hasExporter: false)
    let evidence = try #require(
      try rig.grow(["/thread-local?3000", "/listener?1000"]), "\(rig.daemon.rig.log)")
    let conclusion = try #require(evidence["conclusion"] as? String)
    #expect(
      conclusion.contains(
        "; of the service's own classes LeakyService$RequestContext grew most, +3000 objects; "))
    #expect(conclusion.contains("values of ThreadLocals that threads keep"))
    #expect(rig.helper.log.contains(" objects=live cgroup=/system.slice/"))
  }

  @Test func whereNoHelperListensTheAlertSaysHowItIsEnabled() throws {
    let rig = try EvidenceRig(
      metrics: nil, profileOf: ["api": "auto"],
      profiles: "helper = true\nhelper_socket = \"/nonexistent/helper.sock\"")
    try rig.rig.start()
    #expect(
      try rig.grow {
        try rig.explain().contains(
          "nobody listens at /nonexistent/helper.sock: systemctl enable --now "
            + "leakwatch-helper.socket")
      })
    #expect(rig.kept.isEmpty)
  }
}
