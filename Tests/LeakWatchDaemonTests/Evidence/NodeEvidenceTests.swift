import Foundation
import TestSupport
import Testing

/// The whole way for Node: a real service leaks, and its constructor is named with what holds it.
@Suite(.serialized) struct NodeEvidenceTests {
  @Test(arguments: [
    ("/map", "Session", "sessions of"), ("/emitter", "Subscriber", "_events of EventEmitter"),
    ("/closure", "Payload", "callbacks of"),
  ])
  func theConstructorThatLeaksIsNamed(path: String, name: String, holder: String) throws {
    let node = try LeakyScript.node()
    let rig = try EvidenceRig(
      metrics: node.service.url("/metrics"), profile: node.profile, profiles: Self.patience)
    try rig.rig.start()
    var leaks = 0
    let arrived = try rig.grow {
      // Once between two snapshots: a larger heap only takes longer.
      if rig.heaps.count > leaks {
        leaks = rig.heaps.count
        try rig.get(node.service.url("\(path)?count=4000"))
      }
      return rig.found("supports") != nil
    }
    #expect(arrived, "\(rig.rig.log.suffix(3000))")
    let evidence = try #require(rig.found("supports"))
    #expect(evidence["kind"] as? String == "node_snapshot")
    let conclusion = try #require(evidence["conclusion"] as? String)
    #expect(conclusion.hasPrefix("\(name) holds +"), "\(conclusion)")
    let stack = try #require(evidence["stack"] as? [String])
    #expect(stack.first == name)
    #expect(stack.contains { $0.hasPrefix(holder) }, "\(stack)")
    #expect(rig.heaps.allSatisfy { $0.hasSuffix(".heap.heapsnapshot.gz") })
    #expect(rig.rig.waitUntil { rig.heaps.count == 3 })
  }

  /// On a host that is busy with other tests a snapshot takes its time.
  private static let patience = "timeout = \"90s\""

  @Test func whereNothingGrewThatIsSaid() throws {
    let node = try LeakyScript.node()
    let rig = try EvidenceRig(
      metrics: node.service.url("/metrics"), profile: node.profile, profiles: Self.patience)
    try rig.rig.start()
    let arrived = try rig.grow {
      if !rig.heaps.isEmpty { try rig.get(node.service.url("/busy")) }
      return rig.found != nil
    }
    #expect(arrived)
    let conclusion = try #require(rig.found?["conclusion"] as? String)
    #expect(conclusion.hasPrefix("nothing in its heap grew by 1 MiB or more in "), "\(conclusion)")
  }

  @Test func aHeapThatIsTooLargeIsNotCopied() throws {
    let node = try LeakyScript.node()
    let rig = try EvidenceRig(
      metrics: node.service.url("/metrics"), profile: node.profile, profiles: "max_heap = \"1MiB\"")
    try rig.rig.start()
    #expect(try rig.grow { !rig.told.isEmpty })
    #expect(try rig.explain().contains("[profiles] max_heap allows 1 MiB"))
    #expect(rig.kept.isEmpty)
  }

  /// What stands where the inspector is expected, and what is said of it.
  private static let troubles = [
    "missing": "answered 404", "html": "not Node's inspector", "empty": "lists no process",
    "unwilling": "the handshake was answered \"HTTP/1.1 400",
    "stranger": "not that of a WebSocket server", "silent": "timed out", "pings": "timed out",
    "damaged": "is no whole heap snapshot", "cut": "closed the connection", "masked": "is masked",
    "huge": "longer than the", "garbage": "cannot be read", "refused": "no such method",
    "closing": "ended the session (code 1001)",
  ]

  @Test func whatIsNoInspectorIsToldOfAndTheAlertGoesOut() throws {
    let node = try LeakyScript.node()
    let bad = try Dictionary(
      uniqueKeysWithValues: Self.troubles.keys.map {
        ($0, try TestService.python("misbehaving_inspector.py", [$0]))
      })
    let rig = try EvidenceRig(
      metrics: node.service.url("/metrics"),
      profileOf: bad.mapValues { "inspector://127.0.0.1:\($0.port)" },
      profiles: "timeout = \"1s\"\nmax_heap = \"16MiB\"\nper_hour = 100")
    try rig.rig.start()
    let isTold = { (service: String) in
      rig.rig.log.contains("\(service): no heap profile: ")
        && rig.told.contains { $0.data["service"] as? String == service }
    }
    #expect(try rig.grow { Self.troubles.keys.allSatisfy(isTold) })
    for (service, reason) in Self.troubles {
      let line = rig.rig.log.split(separator: "\n").first {
        $0.contains("\(service): no heap profile: ")
      }
      #expect(line?.contains(reason) == true, "\(service): \(line ?? "")")
    }
    #expect(rig.kept.isEmpty)
    #expect(rig.told.allSatisfy { rig.evidence($0) == nil })
  }

  @Test func aSnapshotWithoutAnEndIsCutOff() throws {
    let endless = try TestService.python("misbehaving_inspector.py", ["endless"])
    // As little as can be allowed: on a busy host every mebibyte that is let through takes its time.
    let rig = try EvidenceRig(
      metrics: endless.url("/metrics"), profile: "inspector://127.0.0.1:\(endless.port)",
      profiles: Self.patience + "\nmax_heap = \"1MiB\"")
    try rig.rig.start()
    let words = "api: no heap profile: "
    #expect(try rig.grow { rig.rig.log.contains(words) })
    #expect(rig.rig.log.contains(words + "the heap snapshot is larger than the 4 MiB"))
    #expect(rig.kept.isEmpty)
  }
}
