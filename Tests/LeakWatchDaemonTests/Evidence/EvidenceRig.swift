import Foundation
import TestSupport

/// The daemon with one service or more: their cgroups are folders that the test writes, their
/// exporter and heap profiles are a real process'.
struct EvidenceRig {
  let rig: DaemonRig
  private let services: [String]
  /// Between two profiles.
  private let interval: String
  private let curl: Program

  /// - Parameters:
  ///   - metrics: the exporter's address.
  ///   - profile: the exporter's key of that name.
  init(
    metrics: String, profile: String = "auto", profiles: String = "", interval: String = "2s"
  ) throws {
    try self.init(
      metrics: metrics, profileOf: ["api": profile], profiles: profiles, interval: interval)
  }

  /// - Parameters:
  ///   - metrics: nil for services without an exporter.
  ///   - profileOf: the key `profile` of each service's exporter.
  init(
    metrics: String?, profileOf: [String: String], profiles: String, interval: String = "2s"
  ) throws {
    rig = try DaemonRig()
    self.interval = interval
    curl = try Program("curl", package: "curl")
    services = profileOf.keys.sorted()
    try configure(metrics: metrics, profileOf: profileOf, profiles: profiles)
    for service in services { try rig.tree.create("\(service).service") }
    try grow(to: Self.first)
  }

  func configure(metrics: String, profile: String = "auto") throws {
    try configure(metrics: metrics, profileOf: ["api": profile], profiles: "")
  }

  private func configure(
    metrics: String?, profileOf: [String: String], profiles: String
  ) throws {
    let exporters = profileOf.sorted { $0.key < $1.key }.compactMap { service, profile in
      metrics.map { metrics in
        """
        [[exporter]]
        service = "\(service)"
        url = "\(metrics)"
        interval = "200ms"
        profile = "\(profile)"
        """
      }
    }
    try rig.configure(
      extra: """
        [profiles]
        warm_up = "0s"
        interval = "\(interval)"
        min_room = "0B"
        \(profiles)
        \(exporters.joined(separator: "\n"))
        """)
  }

  func get(_ address: String) throws { try curl.run(["--silent", "--fail", address]) }

  var state: URL { rig.folder.url.appendingPathComponent("state") }

  /// Names of the profiles that are kept.
  var kept: [String] {
    let folder = state.appendingPathComponent("profiles").path
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  var heaps: [String] { kept.filter { $0.contains(".heap.") && !$0.hasSuffix(".new") } }

  /// What the receiver was told of the growth.
  var told: [DaemonRig.Received] {
    rig.received.filter { $0.alert == "oom_imminent" && $0.status == "firing" }
  }

  func evidence(_ received: DaemonRig.Received) -> [String: Any]? {
    received.data["evidence"] as? [String: Any]
  }

  var found: [String: Any]? { told.lazy.compactMap(evidence).first }

  /// The first evidence that was told with that bearing; receivers may get updates in any order.
  func found(_ bearing: String) -> [String: Any]? {
    told.lazy.compactMap(evidence).first { $0["bearing"] as? String == bearing }
  }

  /// What `explain` answers of the first service, as a person reads it.
  func explain(_ arguments: [String] = []) throws -> String {
    try CommandOutcome(
      of: ["explain"] + arguments + ["--socket", rig.socket, services[0]], folder: rig.folder
    ).output
  }

  /// The service "api" in what `status --json` answers.
  func status() throws -> [String: Any] {
    let outcome = try CommandOutcome(
      of: ["status", "--json", "--socket", rig.socket], folder: rig.folder)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let services = (object as? [String: Any])?["services"] as? [[String: Any]]
    return services?.first { $0["service"] as? String == "api" } ?? [:]
  }

  /// Lets the cgroups grow until the condition holds; for three minutes at least, as a busy
  /// machine needs.
  func grow(until condition: () throws -> Bool) throws -> Bool {
    for mebibytes in stride(from: Self.first, to: Self.limit - 64, by: 1) {
      try grow(to: mebibytes)
      Thread.sleep(forTimeInterval: 0.1)
      if try condition() { return true }
    }
    return false
  }

  private func grow(to mebibytes: Int) throws {
    for service in services {
      try rig.tree.set("\(service).service", mebibytes: mebibytes, limitMebibytes: Self.limit)
    }
  }

  /// Soon half of the limit, below which nothing is told.
  private static let first = 1984
  private static let limit = 4096
}
