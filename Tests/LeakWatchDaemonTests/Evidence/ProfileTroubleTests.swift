import Foundation
import TestSupport
import Testing

/// What may stand in the way of a profile: it costs neither the daemon nor the alert anything.
@Suite(.serialized) struct ProfileTroubleTests {
  @Test(arguments: [
    ("/404", "answered 404"), ("/hang", "timed out"), ("/drip", "timed out"),
    ("/endless-body", "larger than the limit"), ("/close-mid-body", "connection was lost"),
    ("/html", "a web page"), ("/garbage", "cannot be used"), ("/redirect", "a redirect"),
  ])
  func theReasonIsToldOnceAndTheAlertIsToldWithoutEvidence(path: String, reason: String) throws {
    let go = try LeakyGo.start()
    let bad = try TestService.python("misbehaving.py")
    let rig = try EvidenceRig(
      metrics: go.url("/metrics"), profile: bad.url(path),
      profiles: "timeout = \"300ms\"\nbody_size_limit = \"64KiB\"")
    try rig.rig.start()
    #expect(rig.rig.waitUntil(seconds: 20) { rig.rig.log.contains("api: no heap profile: ") })
    #expect(try rig.grow { !rig.told.isEmpty })
    let alert = try #require(rig.told.first)
    #expect(rig.evidence(alert) == nil)
    let checklist = try #require(alert.data["checklist"] as? [[String: Any]])
    let answer = checklist.last?["answer"] as? String
    #expect(answer?.contains(reason) == true, "\(answer ?? "")")
    #expect(rig.rig.log.components(separatedBy: "api: no heap profile: ").count == 2)
    #expect(rig.kept.isEmpty)
  }

  @Test func aServiceWithoutProfilesIsNoNews() throws {
    let bad = try TestService.python("misbehaving.py")
    let rig = try EvidenceRig(metrics: bad.url("/metrics"))
    try rig.rig.start()
    #expect(try rig.grow { !rig.told.isEmpty })
    #expect(!rig.rig.log.contains("heap profile"))
    #expect(rig.kept.isEmpty)
  }

  @Test func nothingIsAskedWhereItIsOff() throws {
    let go = try LeakyGo.start()
    for (profile, profiles) in [("off", ""), ("auto", "enabled = false")] {
      let rig = try EvidenceRig(metrics: go.url("/metrics"), profile: profile, profiles: profiles)
      try rig.rig.start()
      #expect(try rig.grow { !rig.told.isEmpty })
      #expect(rig.kept.isEmpty)
      #expect(rig.told.allSatisfy { rig.evidence($0) == nil })
    }
  }

  @Test func aFolderThatCannotBeWrittenIsToldOnce() throws {
    let go = try LeakyGo.start()
    let rig = try EvidenceRig(metrics: go.url("/metrics"))
    // A file in the place of the folder stops root, too.
    try FileManager.default.createDirectory(at: rig.state, withIntermediateDirectories: true)
    try Data().write(to: rig.state.appendingPathComponent("profiles"))
    try rig.rig.start()
    #expect(
      rig.rig.waitUntil(seconds: 20) { rig.rig.log.contains("heap profiles cannot be kept: ") })
    #expect(try rig.grow { !rig.told.isEmpty })
    #expect(said("heap profiles cannot be kept: ", rig) == 1)
  }

  @Test func aDiskThatFailsLaterIsToldOnceAndTheAlertGoesOut() throws {
    let go = try LeakyGo.start()
    let rig = try EvidenceRig(metrics: go.url("/metrics"))
    try rig.rig.start()
    #expect(rig.rig.waitUntil(seconds: 20) { rig.heaps.count == 1 })
    let folder = rig.state.appendingPathComponent("profiles")
    try FileManager.default.removeItem(at: folder)
    try Data().write(to: folder)
    #expect(
      try rig.grow { rig.rig.log.contains("a heap profile cannot be kept: ") && !rig.told.isEmpty })
    let answers = try rig.explain()
    #expect(answers.contains("not known: a heap profile cannot be kept: "), "\(answers)")
    #expect(said("a heap profile cannot be kept: ", rig) == 1)
    #expect(rig.told.allSatisfy { rig.evidence($0) == nil })
  }

  /// How many records say so, alerts not counted: their checklists say it, too.
  private func said(_ words: String, _ rig: EvidenceRig) -> Int {
    rig.rig.log.split(separator: "\n").count {
      $0.contains(words) && !$0.contains("Where does it grow?")
    }
  }
}
