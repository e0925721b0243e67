import Foundation
import TestSupport
import Testing

/// What may stand in the way of a profile: it costs neither the daemon nor the alert anything.
@Suite(.serialized) struct ProfileTroubleTests {
  /// What a service's profile meets, and what is said of it.
  private static let troubles = [
    "missing": ("/404", "answered 404"), "hanging": ("/hang", "timed out"),
    "dripping": ("/drip", "timed out"), "endless": ("/endless-body", "larger than the limit"),
    "cut": ("/close-mid-body", "connection was lost"), "html": ("/html", "a web page"),
    "garbage": ("/garbage", "cannot be used"), "moved": ("/redirect", "a redirect"),
  ]

  @Test func theReasonIsToldOnceAndTheAlertIsToldWithoutEvidence() throws {
    let go = try LeakyGo.start()
    let bad = try TestService.python("misbehaving.py")
    let rig = try EvidenceRig(
      metrics: go.url("/metrics"), profileOf: Self.troubles.mapValues { bad.url($0.0) },
      profiles: "timeout = \"300ms\"\nbody_size_limit = \"64KiB\"\nper_hour = 100")
    try rig.rig.start()
    for service in Self.troubles.keys {
      #expect(
        rig.rig.waitUntil { rig.rig.log.contains("\(service): no heap profile: ") })
    }
    #expect(
      try rig.grow {
        Set(rig.told.compactMap { $0.data["service"] as? String }).count == Self.troubles.count
      })
    for (service, (_, reason)) in Self.troubles {
      let alert = try #require(rig.told.first { $0.data["service"] as? String == service })
      #expect(rig.evidence(alert) == nil)
      let checklist = try #require(alert.data["checklist"] as? [[String: Any]])
      let answer = checklist.last?["answer"] as? String
      #expect(answer?.contains(reason) == true, "\(service): \(answer ?? "")")
      let times = rig.rig.log.components(separatedBy: "\(service): no heap profile: ").count - 1
      #expect(times == 1, "\(service)")
    }
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
      rig.rig.waitUntil { rig.rig.log.contains("heap profiles cannot be kept: ") })
    #expect(try rig.grow { !rig.told.isEmpty })
    #expect(said("heap profiles cannot be kept: ", rig) == 1)
  }

  @Test func aDiskThatFailsLaterIsToldOnceAndTheAlertGoesOut() throws {
    let go = try LeakyGo.start()
    let rig = try EvidenceRig(metrics: go.url("/metrics"))
    try rig.rig.start()
    #expect(rig.rig.waitUntil { rig.heaps.count == 1 })
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

  /// A file system of its own for the profiles, which is unmounted as soon as the rest may go.
  private func small(_ size: String, in rig: EvidenceRig) throws -> Mount {
    let folder = rig.state.appendingPathComponent("profiles")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try Mount(tmpfs: size, at: folder.path)
  }

  @Test(.enabled(if: getuid() == 0, "only root can mount"))
  func aFullDiskIsToldOnceAndTheAlertGoesOut() throws {
    let go = try LeakyGo.start()
    let rig = try EvidenceRig(metrics: go.url("/metrics"))
    let mount = try small("1m", in: rig)
    defer { mount.unmount() }
    try rig.rig.start()
    #expect(rig.rig.waitUntil { rig.heaps.count == 1 })
    let before = rig.kept
    try mount.fill()
    #expect(
      try rig.grow { rig.rig.log.contains("a heap profile cannot be kept: ") && !rig.told.isEmpty })
    let answers = try rig.explain()
    #expect(answers.contains("No space left on device"), "\(answers)")
    #expect(said("a heap profile cannot be kept: ", rig) == 1)
    #expect(rig.told.allSatisfy { rig.evidence($0) == nil })
    // What was there is whole, and nothing half written is left beside it.
    #expect(rig.kept == (before + ["filler"]).sorted())
  }

  @Test(.enabled(if: getuid() == 0, "only root can mount"))
  func aDiskThatFillsUpUnderASnapshotIsTold() throws {
    let node = try LeakyScript.node()
    let rig = try EvidenceRig(
      metrics: node.service.url("/metrics"), profile: node.profile, profiles: "timeout = \"90s\"")
    let mount = try small("128k", in: rig)
    defer { mount.unmount() }
    try rig.rig.start()
    #expect(
      try rig.grow {
        rig.rig.log.contains("api: no heap profile: it cannot be kept: ") && !rig.told.isEmpty
      })
    #expect(rig.rig.log.contains("No space left on device"))
    #expect(said("api: no heap profile: ", rig) == 1)
    #expect(rig.kept.isEmpty)
    // The service was let go of and lives on.
    try rig.get(node.service.url("/busy"))
  }

  /// How many records say so, alerts not counted: their checklists say it, too.
  private func said(_ words: String, _ rig: EvidenceRig) -> Int {
    rig.rig.log.split(separator: "\n").count {
      $0.contains(words) && !$0.contains("Where does it grow?")
    }
  }
}
