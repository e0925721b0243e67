import Alerting
import Detectors
import Engine
import Foundation
import Storage
import TestSupport
import Testing
import TimeSeries

@testable import LeakWatchDaemon

/// `leakwatch fixed` with a daemon that runs.
@Suite(.serialized) struct FixCommandTests {
  private static let api = ServiceName("api")

  /// A service that has leaked for two days and whose alert fires, as an earlier run has left it.
  private static func leakingRecord(
    _ source: ScrapeSource, _ signal: Signal, version: String? = nil
  ) throws -> [UInt8] {
    var engine = Engine(
      settings: EngineSettings(
        host: "h",
        memoryGrowth: ConfiguredRule(
          rule: MemoryGrowthRule(verdictInterval: .hours(2)),
          timing: AlertTiming(hold: .zero, keepFiring: .hours(3)), severity: .ticket)))
    let end = Timestamp(seconds: Date().timeIntervalSince1970 - 60)
    var noise = NoiseSource(seed: 1)
    for step in 0...(48 * 12) {
      let age = Double(step) / 12
      let now = end - .seconds((48 - age) * 3600)
      let life = Incarnation(identity: "1", startedAt: end - .hours(48))
      let readings = [
        Reading(signal, (100 + 2 * age + noise.normal()) * 1_048_576),
        Reading(.memoryLimit, 512 * 1_048_576),
      ]
      let result = ScrapeResult(
        service: api, source: source, timestamp: now, incarnation: life,
        build: version.map {
          BuildMarks(
            information: .init(
              digest: FNV1a.hash(#"api_build_info{version="\#($0)"}"#), isTelling: true, version: $0
            ))
        }, readings: readings)
      _ = engine.handle(.scraped(result), at: now)
      if step % 24 == 0, age > 24 { _ = engine.handle(.evaluate, at: now) }
    }
    #expect(engine.firingAlerts() == [AlertKey(service: api, kind: .memoryGrowth)])
    return try #require(engine.record(of: api))
  }

  private static func rig(
    _ source: ScrapeSource = .cgroup, _ signal: Signal = .memoryAnon, version: String? = nil,
    extra: String = ""
  ) throws -> DaemonRig {
    let rig = try DaemonRig()
    let text = """
      [cgroups]
      root = "\(rig.tree.root.path)"
      interval = "100ms"
      [rules]
      evaluation_interval = "100ms"
      [[sink]]
      name = "test"
      type = "webhook"
      url = "\(rig.receiver.url("/204"))"
      timeout = "2s"
      \(extra)
      """
    try Data(text.utf8).write(to: rig.configurationFile)
    let state = rig.folder.url.appendingPathComponent("state")
    try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
    let now = Timestamp(seconds: Date().timeIntervalSince1970)
    do {
      let store = PastStore(try StateDatabase(directory: state.path, now: now))
      try store.keep(
        [PastStore.Record(.service, api, leakingRecord(source, signal, version: version))],
        scrapes: [], dropScrapesBefore: nil,
        at: now)
    }
    for unit in source == .cgroup ? ["api.service", "web.service"] : ["web.service"] {
      try rig.tree.create(unit)
      try rig.tree.set(unit, mebibytes: 100)
    }
    try rig.start()
    #expect(
      rig.waitUntil { (try? rig.ask("status"))?.output.contains("web") == true })
    return rig
  }

  /// What the daemon says of the fix of `api`.
  private static func fix(_ rig: DaemonRig) throws -> [String: Any]? {
    let json = try JSONSerialization.jsonObject(
      with: Data(try rig.ask("explain", "api", "--json").output.utf8))
    return (json as? [String: Any])?["fix"] as? [String: Any]
  }

  @Test func whatSomebodyCallsFixedIsWatchedOverACrash() throws {
    let rig = try Self.rig()
    // Its cgroup is another one than in the record: it was restarted, nothing tells with which build.
    #expect(
      rig.waitUntil {
        (try? rig.ask("explain", "api"))?.output.contains("`leakwatch fixed api`") == true
      })
    #expect(try Self.fix(rig) == nil)
    let said = try rig.ask("fixed", "api", "--why", "cache bounded, 2.3")
    #expect(said.status == 0, "\(said.errors)")
    #expect(said.output.hasPrefix("api: the fix is watched until 20"))
    #expect(said.output.contains("says that it is fixed: cache bounded, 2.3"))
    #expect(rig.waitUntil { rig.log.contains("api: fix watched: ") })
    #expect(
      rig.waitUntil {
        rig.received.contains {
          ($0.data["fix"] as? [String: Any])?["state"] as? String == "watching"
        }
      })
    let alert = try #require(rig.received.last)
    #expect(alert.alert == "memory_growth" && alert.status == "firing")
    #expect((alert.data["summary"] as? String)?.hasPrefix("api: the fix is watched until ") == true)
    let fix = try #require(try Self.fix(rig))
    #expect(fix["watched"] as? Bool == true)
    #expect(try rig.ask("status").output.contains("\napi: the fix is watched until 20"))
    #expect(try rig.ask("explain", "api").output.contains("Is it fixed?"))
    rig.kill()
    try rig.start()
    #expect(
      rig.waitUntil { (try? rig.ask("status"))?.output.contains("web") == true })
    let after = try #require(try Self.fix(rig))
    for member in ["since", "ends_at"] {
      #expect(after[member] as? Double == fix[member] as? Double)
    }
    #expect(after["change"] as? String == fix["change"] as? String)
    // Said again it is the same watch.
    let again = try rig.ask("fixed", "api", "--json").output
    let json = try JSONSerialization.jsonObject(with: Data(again.utf8)) as? [String: Any]
    let first = (json?["fixes"] as? [[String: Any]])?.first
    #expect(first?["service"] as? String == "api")
    #expect((first?["fix"] as? [String: Any])?["since"] as? Double == fix["since"] as? Double)
  }

  @Test func anotherBuildIsWatchedByItselfUntilItIsRolledBack() throws {
    let python = try Program("python3", package: "python3")
    let folder = try TemporaryFolder()
    let page = folder.url.appendingPathComponent("metrics")
    func serve(_ version: String, startedAt: Double) throws {
      let text = """
        200 text/plain; version=0.0.4
        process_start_time_seconds \(startedAt)
        process_resident_memory_bytes 104857600
        api_build_info{version="\(version)"} 1

        """
      try Data(text.utf8).write(to: page, options: .atomic)
    }
    let began = Date().timeIntervalSince1970
    try serve("2", startedAt: began - 30)
    let services = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Services")
    let exporter = try TestService([
      python.url.path, services.appendingPathComponent("target_server.py").path, page.path,
    ])
    let url = exporter.url("/metrics")
    let rig = try Self.rig(
      .exporter(url), .residentMemory, version: "1",
      extra: """
        [[exporter]]
        service = "api"
        url = "\(url)"
        interval = "100ms"
        """)
    #expect(
      rig.waitUntil { rig.log.contains("api: fix watched: new build, version 1 → 2") },
      "\(rig.log)")
    #expect(try Self.fix(rig)?["state"] as? String == "watching")
    try serve("1", startedAt: began - 1)
    #expect(
      rig.waitUntil { rig.log.contains("api: rolled back: version 2 → 1") })
    #expect(
      rig.waitUntil {
        (rig.received.last?.data["fix"] as? [String: Any])?["state"] as? String == "rolled_back"
      })
    #expect(rig.received.last?.status == "firing")
  }

  @Test func whatDoesNotLeakAndWhatIsWrongIsSaid() throws {
    let rig = try Self.rig()
    for (arguments, words) in [
      (["web"], "no memory_growth alert of web fires"), (["web"], "it does of api"),
      ([], "Missing expected argument"), (["api", "--why", "a\nb"], "control characters"),
      (["api", "--why", String(repeating: "x", count: 501)], "500 bytes at most"),
    ] {
      let outcome = try CommandOutcome(
        of: ["fixed"] + arguments + ["--socket", rig.socket], folder: rig.folder)
      #expect(outcome.status != 0)
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
    #expect(try Self.fix(rig) == nil)
  }

  @Test func theSchemaDescribesEveryMemberOfAFix() throws {
    let document = try JSONSerialization.jsonObject(with: Data(APIDescription.document.text.utf8))
    let path = ["components", "schemas", "Service", "properties", "fix", "properties"]
    let described = path.reduce(document) { ($0 as? [String: Any])?[$1] as Any }
    let report = FixReport(
      state: FixReport.watching, change: "", since: Timestamp(seconds: 0),
      endsAt: Timestamp(seconds: 0), isWatched: true, conclusion: "", figures: nil,
      madeAt: Timestamp(seconds: 0))
    let json = try JSONSerialization.jsonObject(with: Data(report.json.text.utf8))
    #expect(
      (described as? [String: Any])?.keys.sorted() == (json as? [String: Any])?.keys.sorted())
    #expect((json as? [String: Any])?.isEmpty == false)
  }

  @Test func aRequestTravels() {
    let request = FixRequest(service: "a b", why: "x y", form: .json)
    #expect(FixRequest(request.line) == request)
    for line in ["fixed json api", "fixed api\tx", "fixed json a\tb\tc", "silence-list json"] {
      #expect(FixRequest(line) == nil)
    }
  }
}
