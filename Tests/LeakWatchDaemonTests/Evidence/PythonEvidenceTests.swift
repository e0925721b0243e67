import Foundation
import TestSupport
import Testing

/// The whole way for Python: a real service leaks, and its line is named.
@Suite(.serialized) struct PythonEvidenceTests {
  /// What leaks, and the line that allocates it.
  @Test(arguments: [("/leak", "= bytes(4096)"), ("/cycle", "= bytearray(4096)")])
  func theLineThatLeaksIsNamed(path: String, allocation: String) throws {
    let python = try LeakyScript.python()
    let rig = try EvidenceRig(metrics: python.service.url("/metrics"), profile: python.profile)
    try rig.rig.start()
    // Until the third profile says that it goes on, it may be newer memory in the place of older.
    let arrived = try rig.grow {
      if rig.heaps.isEmpty { return false }
      try rig.get(python.service.url("\(path)?count=200"))
      return rig.found("supports") != nil
    }
    #expect(arrived)
    let evidence = try #require(rig.found("supports"))
    #expect(evidence["kind"] as? String == "tracemalloc")
    let top = try #require((evidence["growers"] as? [[String: Any]])?.first)
    let line = try Self.line(of: allocation)
    #expect(top["name"] as? String == "leaky_python.py:\(line)")
    #expect(top["file"] as? String == "leaky_python.py")
    #expect(top["line"] as? Int == line)
    #expect((evidence["stack"] as? [String])?.first == "leaky_python.py:\(line)")
    #expect(rig.found("undecided") != nil)
    #expect(rig.heaps.allSatisfy { $0.hasSuffix(".heap.tracemalloc.gz") })
    #expect(try rig.explain().contains("it grew on, +"))
  }

  @Test func whereNothingGrewThatIsSaid() throws {
    let python = try LeakyScript.python()
    let rig = try EvidenceRig(metrics: python.service.url("/metrics"), profile: python.profile)
    try rig.rig.start()
    let arrived = try rig.grow {
      if !rig.heaps.isEmpty { try rig.get(python.service.url("/busy")) }
      return rig.found != nil
    }
    #expect(arrived)
    let conclusion = try #require(rig.found?["conclusion"] as? String)
    #expect(conclusion.hasPrefix("nothing in its heap grew by 1 MiB or more in "))
    #expect(rig.found?["bearing"] as? String == "speaks_against")
  }

  @Test func aServiceWithoutTheModuleIsToldOfAndTheAlertGoesOut() throws {
    let python = try LeakyScript.python()
    let port = freeLoopbackPort()
    let rig = try EvidenceRig(
      metrics: python.service.url("/metrics"), profile: "tracemalloc://127.0.0.1:\(port)")
    try rig.rig.start()
    #expect(try rig.grow { rig.rig.log.contains("api: no heap profile: ") && !rig.told.isEmpty })
    #expect(rig.kept.isEmpty)
    #expect(rig.told.allSatisfy { rig.evidence($0) == nil })
  }

  private static func line(of text: String) throws -> Int {
    let source = try String(contentsOfFile: TestService.path("leaky_python.py"), encoding: .utf8)
    let lines = source.components(separatedBy: "\n")
    return 1 + (try #require(lines.firstIndex { $0.hasSuffix(text) }))
  }
}
