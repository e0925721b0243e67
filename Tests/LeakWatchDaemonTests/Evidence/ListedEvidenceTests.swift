import Foundation
import TestSupport
import Testing
import TimeSeries
import WatchConfiguration

@testable import Formats
@testable import LeakWatchDaemon
@testable import Scrapers

/// Heap profiles of services that a list names.
@Suite struct ListedEvidenceTests {
  private func profiles(
    of labels: [String: String], address: String = "127.0.0.1:80", profile: ListedProfile? = nil
  ) -> ListedProfiles {
    var section = Configuration.ExporterDiscovery()
    if let profile { section.profile = profile }
    let all = labels.merging(["service": "api"]) { first, _ in first }
    let group = TargetGroup(
      targets: [address],
      labels: LabelSet(all.map { LabelSet.Label(name: $0.key, value: $0.value) }))
    return ListedProfiles(TargetSelection(section).resolve([group]), of: section)
  }

  @Test func theLabelGoesBeforeTheSectionButNotBeforeOff() throws {
    let label = ["__profile__": "tracemalloc://{host}:9192"]
    let own = try Configuration.ProfileSource.tracemalloc(HostPort.parse("127.0.0.1:9192"))
    let shared = try #require(ListedProfile(label: "http://{host}:6060/heap"))
    let off = try #require(ListedProfile(label: "off"))
    let name = ServiceName("api/127.0.0.1:80")
    #expect(profiles(of: [:]).source(of: name) == .auto)
    #expect(profiles(of: ["__profile__": ""]).source(of: name) == .auto)
    #expect(profiles(of: label).source(of: name) == own)
    #expect(profiles(of: label, profile: shared).source(of: name) == own)
    #expect(profiles(of: label, profile: off).source(of: name) == .off)
    #expect(profiles(of: label).problems.isEmpty)
    let six = profiles(of: ["__profile__": "http://{host}/heap"], address: "[::1]:80")
    guard case .url(let url) = six.source(of: ServiceName("api/[::1]:80")) else {
      Issue.record("no address: \(six)")
      return
    }
    #expect(url.text == "http://[::1]/heap")
  }

  @Test func whatIsNoProfileIsSaidAndNothingIsTaken() {
    let wrong = profiles(of: ["__profile__": "http:/x?key=secret"])
    #expect(wrong.source(of: ServiceName("api/127.0.0.1:80")) == .off)
    #expect(wrong.problems.count == 1)
    #expect(
      wrong.problems.first?.hasPrefix(
        "no heap profiles are taken of 1 targets, \"api/127.0.0.1:80\" first: their __profile__ is none"
      )
        == true)
    #expect(wrong.problems.first?.contains("secret") == false)
    let named = profiles(of: ["__profile__": "inspector://{host}:9229"], address: "node-1:80")
    #expect(named.source(of: ServiceName("api/node-1:80")) == .off)
    #expect(
      named.problems.first?.hasSuffix("answers to an IP address or \"localhost\" only") == true)
  }

  /// The whole way: the exporter is one process, the profile another one's address, which only the list knows.
  @Test func aListSaysWhereItsTargetsAreProfiled() throws {
    let go = try LeakyGo.start()
    let rig = try DaemonRig()
    let folder = rig.folder.url
    // It tells of no Go, so that nothing but the list leads to a profile.
    let exporter = try DiscoveryTests.Exporter(in: rig.folder, "metrics")
    try exporter.answer("200 text/plain\nprocess_start_time_seconds 1.7e9\n")
    let list = """
      [{"targets": ["\(exporter.address)"],
        "labels": {"service": "api", "__profile__": "http://{host}:\(go.port)/debug/pprof/heap"}}]
      """
    try list.write(
      to: folder.appendingPathComponent("targets.json"), atomically: true, encoding: .utf8)
    try rig.configure(
      extra: """
        [profiles]
        warm_up = "0s"
        interval = "2s"
        min_room = "0B"
        [[exporter_discovery]]
        files = ["\(folder.path)/*.json"]
        interval = "200ms"
        append_address = false
        """)
    try rig.tree.create("api.service")
    try rig.tree.set("api.service", mebibytes: 1024, limitMebibytes: 4096)
    try rig.start()
    let profiles = folder.appendingPathComponent("state/profiles").path
    #expect(
      rig.waitUntil {
        let kept = (try? FileManager.default.contentsOfDirectory(atPath: profiles)) ?? []
        return kept.contains { $0.hasSuffix(".heap.pb.gz") }
      })
  }
}
