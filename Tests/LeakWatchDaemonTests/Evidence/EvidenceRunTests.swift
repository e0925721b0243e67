import Foundation
import TestSupport
import Testing

/// The whole way: a Go service leaks, the alert is told, and then the line that leaks.
@Suite(.serialized) struct EvidenceRunTests {
  @Test func theAlertComesFirstAndThenTheLineThatLeaks() throws {
    let go = try LeakyGo.start()
    // No profile is there from before, so the alert cannot have any in it.
    let rig = try EvidenceRig(metrics: go.url("/metrics"), profile: "off")
    try rig.rig.start()
    var isOff = true
    let arrived = try rig.grow {
      if rig.told.isEmpty { return false }
      if isOff {
        try rig.configure(metrics: go.url("/metrics"))
        rig.rig.signal(SIGHUP)
        isOff = false
      }
      if rig.heaps.isEmpty { return false }
      try rig.get(go.url("/leak?count=1000"))
      // A collection, after which the profile has what leaked.
      try rig.get(go.url("/debug/pprof/heap?gc=1"))
      return rig.found != nil
    }
    #expect(arrived)

    let first = try #require(rig.told.first)
    #expect(rig.evidence(first) == nil)
    let update = try #require(rig.told.last)
    #expect(rig.told.count == 2)
    #expect(update.data["episode"] as? String == first.data["episode"] as? String)
    #expect(update.headers["webhook-id"] != first.headers["webhook-id"])
    let evidence = try #require(rig.evidence(update))
    #expect(evidence["kind"] as? String == "pprof")
    #expect(evidence["bearing"] as? String == "supports")
    let top = try #require((evidence["growers"] as? [[String: Any]])?.first)
    #expect(top["name"] as? String == "main.newSession")
    #expect(top["file"] as? String == "main.go")
    #expect(top["line"] as? Int == Self.leakingLine)
    #expect(top["beyond_sampling_error"] as? Bool == true)
    #expect(
      rig.rig.log.contains(
        "  Where does it grow? main.newSession main.go:\(Self.leakingLine) holds +"))
    #expect(try rig.explain().contains("main.newSession main.go:\(Self.leakingLine) holds +"))
    let told = try rig.status()["evidence"] as? [String: Any]
    #expect(told?["conclusion"] as? String == evidence["conclusion"] as? String)
    let commands = try #require(update.data["commands"] as? [[String: String]])
    let diff = try #require(commands.compactMap { $0["command"] }.last)
    #expect(diff.hasPrefix("leakwatch diff /"))

    // A restart forgets nothing, and takes no fourth.
    #expect(rig.rig.waitUntil { rig.heaps.count == 3 })
    rig.rig.kill()
    try rig.rig.start()
    #expect(
      rig.rig.waitUntil { (try? rig.explain().contains("main.newSession")) == true })
    #expect(rig.heaps.count == 3)
  }

  @Test func whereNothingGrewInTheHeapThatIsSaid() throws {
    let go = try LeakyGo.start()
    let rig = try EvidenceRig(metrics: go.url("/metrics"))
    try rig.rig.start()
    #expect(rig.rig.waitUntil { rig.heaps.count == 1 })
    for _ in 0..<3 { try rig.get(go.url("/busy")) }
    // What was allocated while a collection ran counts as in use until the next one.
    for _ in 0..<2 { try rig.get(go.url("/debug/pprof/heap?gc=1")) }
    #expect(try rig.grow { rig.found != nil })
    let evidence = try #require(rig.found)
    #expect(evidence["bearing"] as? String == "speaks_against")
    let conclusion = try #require(evidence["conclusion"] as? String)
    #expect(conclusion.hasPrefix("nothing in its heap grew beyond the sampling error"))
  }

  @Test func goroutinesThatAreLeftBehindAreNamed() throws {
    let go = try LeakyGo.start()
    let rig = try EvidenceRig(metrics: go.url("/metrics"))
    try rig.rig.start()
    #expect(rig.rig.waitUntil { rig.heaps.count == 1 })
    for _ in 0..<4 { try rig.get(go.url("/stuck")) }
    #expect(try rig.grow { rig.found != nil })
    let goroutines = try #require(rig.found?["goroutines"] as? [String: Any])
    #expect(try #require(goroutines["delta"] as? Int) == 200)
    let conclusion = try #require(rig.found?["conclusion"] as? String)
    #expect(conclusion.contains("+200 of them in main.wait main.go:"))
  }

  @Test func profilesOfTwoProcessesAreNotCompared() throws {
    let port = freeLoopbackPort()
    var go = try LeakyGo.start(port: port)
    let rig = try EvidenceRig(metrics: go.url("/metrics"))
    try rig.rig.start()
    #expect(rig.rig.waitUntil { rig.heaps.count == 1 })
    let before = rig.heaps
    go.stop()
    // Start times that differ by less than two seconds are one.
    Thread.sleep(forTimeInterval: 2.5)
    go = try LeakyGo.start(port: port)
    #expect(try rig.grow { rig.found != nil })
    let evidence = try #require(rig.found)
    let old = try Self.lifeBegan(evidence["old"])
    #expect(try Self.lifeBegan(evidence["new"]) == old)
    #expect(!before.contains { $0.contains(",\(old).") })
  }

  /// Of the process that a profile was taken of, by its file's name.
  private static func lifeBegan(_ capture: Any?) throws -> Substring {
    let path = try #require((capture as? [String: Any])?["path"] as? String)
    return try #require(path.split(separator: ",").last?.prefix { $0 != "." })
  }

  /// Where `newSession` allocates.
  private static let leakingLine: Int = {
    let source = try? String(
      contentsOfFile: TestService.path("leaky-go/main.go"), encoding: .utf8)
    let lines = source?.components(separatedBy: "\n") ?? []
    return 1 + (lines.firstIndex { $0.hasPrefix("func newSession") } ?? -1)
  }()
}
