import Foundation
import TestSupport
import Testing

/// The whole way through the helper: a service leaks, the alert is told, the helper counts a JVM's
/// objects or lists the mappings of what is none, twice, and the alert is told again with what grew.
@Suite(
  .serialized,
  .enabled("needs root and a cgroup hierarchy that it may write") {
    getuid() == 0 && RealCgroup.isPossible
  })
struct HelperEvidenceTests {
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

  /// 1 MiB in blocks of malloc, ten times a second.
  private static let nativeLeak = """
    import ctypes, threading, time
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    print("port 1", flush=True)
    def leak():
        while True:
            for _ in range(256):
                ctypes.memset(libc.malloc(4000), 1, 4000)
            time.sleep(0.1)
    # The main thread's arena is the heap that brk(2) grows.
    leak()
    """

  @Test func ofAServiceThatIsNoJVMTheMappingsAreTold() throws {
    let helper = try HelperRig("native.service", slice: "/system.slice")
    let service = try TestService(
      helper.cgroup.joining(["/usr/bin/python3", "-c", Self.nativeLeak]))
    let unit = try #require(helper.cgroup.path.split(separator: "/").last)
    let rig = try EvidenceRig(
      metrics: nil, profileOf: [String(unit.dropLast(8)): "auto"],
      profiles: "helper = true\nhelper_socket = \"\(helper.socket)\"")
    try rig.rig.start()
    #expect(try rig.grow { rig.found != nil }, "\(rig.rig.log)")
    service.stop()
    let evidence = try #require(rig.found)
    #expect(evidence["kind"] as? String == "smaps")
    #expect(evidence["bearing"] as? String == "undecided")
    let conclusion = try #require(evidence["conclusion"] as? String)
    #expect(conclusion.hasPrefix("of the mappings of its largest process [heap] hold +"))
    #expect(conclusion.hasSuffix("(heaptrack, or jemalloc's profiler)"))
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
