import Foundation
import TestSupport
import Testing

/// The daemon over HTTP: page, metrics, probes and API, asked of one that runs.
@Suite(.serialized) struct WebTests {
  private struct World {
    let rig: DaemonRig
    let port = Int(freeLoopbackPort())
    var base: String { "http://127.0.0.1:\(port)" }

    /// A daemon that watches `api` and `web`, with a page.
    init(extra: String = "", status: String = "") throws {
      rig = try DaemonRig()
      try rig.configure(
        extra: "\(extra)\n[status]\nlisten = \"127.0.0.1:\(port)\"\n\(status)")
      for unit in ["web.service", "api.service"] {
        try rig.tree.create(unit)
        try rig.tree.set(unit, mebibytes: 256)
      }
      try rig.start()
      let base = base
      #expect(
        rig.waitUntil { (try? PageReply("\(base)/readyz"))?.status == 200 },
        "\(rig.log)")
    }
  }

  @Test func everyServiceIsOnThePageAndHasOneOfItsOwn() throws {
    let world = try World()
    let index = try PageReply("\(world.base)/")
    #expect(index.status == 200)
    #expect(index.headers["content-type"] == "text/html; charset=utf-8")
    let policy = try #require(index.headers["content-security-policy"])
    #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
    #expect(!policy.contains("unsafe") && !policy.contains("script"))
    #expect(index.headers["cache-control"] == "no-store")
    #expect(index.headers["x-content-type-options"] == "nosniff")
    #expect(index.body.contains("<a href=\"services/api\">api</a>"))
    #expect(index.body.contains("2 services, none growing."))
    let page = try PageReply("\(world.base)/services/web")
    #expect(page.status == 200)
    #expect(page.body.contains("<h1>web</h1>") && page.body.contains("web.service"))
    #expect(page.body.contains("No alert fires."))
    world.rig.signal(SIGTERM)
    #expect(world.rig.waitForExit(seconds: 30) == 0)
  }

  @Test func strangersAndWritersAreSentAway() throws {
    let world = try World(status: "hosts = [\"leakwatch.example.com\"]")
    let stranger = try PageReply("\(world.base)/", "--header", "Host: evil.example.com")
    #expect(stranger.status == 421)
    #expect(!stranger.body.contains("services/api"))
    let proxy = try PageReply("\(world.base)/", "--header", "Host: leakwatch.example.com")
    #expect(proxy.status == 200)
    let old = try PageReply("\(world.base)/healthz", "--http1.0", "--header", "Host:")
    #expect(old.status == 421)
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"] {
      let reply = try PageReply("\(world.base)/api/v1/services", "--request", method)
      #expect(reply.status == 405 && reply.headers["allow"] == "GET, HEAD", "\(method)")
    }
    let file = world.rig.folder.url.appendingPathComponent("upload")
    try Data(repeating: 120, count: 5_000_000).write(to: file)
    let upload = try PageReply("\(world.base)/", "--data-binary", "@\(file.path)")
    #expect(upload.status == 405)
    let nothing = try PageReply("\(world.base)/api/v1/services/%3Cb%3E")
    #expect(nothing.status == 404)
    #expect(nothing.json["error"] as? String == "No service \"<b>\" is watched.")
    let page = try PageReply("\(world.base)/services/%3Cb%3E")
    #expect(page.status == 404 && page.body.contains("No service &quot;&lt;b&gt;&quot; is"))
    let head = try PageReply("\(world.base)/", "--head")
    #expect(head.status == 200 && head.body.isEmpty)
  }

  @Test func programsGetWhatTheCommandsTell() throws {
    let world = try World()
    let services = try PageReply("\(world.base)/api/v1/services")
    #expect(services.headers["content-type"] == "application/json")
    let all = try #require(services.json["services"] as? [[String: Any]])
    #expect(all.map { $0["service"] as? String } == ["api", "web"])
    let outcome = try CommandOutcome(
      of: ["explain", "web", "--json", "--socket", world.rig.socket], folder: world.rig.folder)
    let told = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    let served = try PageReply("\(world.base)/api/v1/services/web").json
    #expect(Set(served.keys) == Set(try #require(told).keys))
    #expect(served["limit_bytes"] as? Double == 536_870_912)
    // Part of a name is for people.
    #expect(try PageReply("\(world.base)/api/v1/services/we").status == 404)
    // Debian's own Python has Debian's packages.
    let faults = try Program("sh", package: "dash")
      .run(["-c", "/usr/bin/python3 '\(TestService.path("check_api.py"))' \(world.base) || true"])
    #expect(String(decoding: faults, as: UTF8.self) == "\n")
  }

  @Test func metricsAreAsPrometheusWantsThem() throws {
    let world = try World()
    #expect(try world.rig.leak("api.service") { !world.rig.received.isEmpty })
    // All that it takes a moment to learn is there, then: the figures of the last scrape as well.
    #expect(
      world.rig.waitUntil {
        let text = (try? PageReply("\(world.base)/metrics"))?.body ?? ""
        return text.contains("leakwatch_deliveries_total{sink=\"test\"} 1\n")
          && text.contains("leakwatch_targets{source=\"cgroup\",state=\"up\"} 2\n")
      })
    let metrics = try PageReply("\(world.base)/metrics")
    #expect(metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    let file = world.rig.folder.url.appendingPathComponent("metrics")
    try Data(metrics.body.utf8).write(to: file)
    let judged = try Program("sh", package: "dash")
      .run(["-c", "promtool check metrics < '\(file.path)' 2>&1"])
    #expect(String(decoding: judged, as: UTF8.self).isEmpty)
    let lines = Set(metrics.body.split(separator: "\n").map(String.init))
    for line in [
      "leakwatch_alerts_firing{alert=\"oom_imminent\",severity=\"page\"} 1",
      "leakwatch_targets{source=\"cgroup\",state=\"up\"} 2",
      "leakwatch_service_memory_limit_bytes{service=\"api\"} 536870912",
      "leakwatch_service_up{service=\"web\"} 1", "leakwatch_config_last_reload_successful 1",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    #expect(
      lines.contains { $0.hasPrefix("leakwatch_service_time_to_limit_seconds{service=\"api\"}") })
    #expect(try PageReply("\(world.base)/services/api").body.contains("oom_<wbr>imminent"))
  }

  @Test func aRealPrometheusScrapesIt() throws {
    let world = try World()
    let server = try RealPrometheus(
      openMetrics: "# EOF\n", scrapedAddress: "127.0.0.1:\(world.port)")
    let found = world.rig.waitUntil {
      let now = Date().timeIntervalSince1970
      let memory = try? server.query(
        "leakwatch_service_memory_bytes * on(service) leakwatch_service_up", at: now, by: "service")
      return memory?.keys.sorted() == ["api", "web"] && (memory?["api"] ?? 0) > 1_000_000
    }
    #expect(found)
  }

  @Test func withoutItsPortItWatchesOnAndTakesThePortWhenItIsFree() throws {
    let rig = try DaemonRig()
    var taken: SilentPort? = SilentPort()
    let port = try #require(taken?.number)
    try rig.configure(extra: "[status]\nlisten = \"127.0.0.1:\(port)\"")
    try rig.tree.create("api.service")
    try rig.tree.set("api.service", mebibytes: 256)
    try rig.start()
    let said =
      "the page of [status] is not served: bind 127.0.0.1:\(port): Address already in use; "
      + "LeakWatch watches on and tries again"
    #expect(rig.waitUntil { rig.log.contains(said) }, "\(rig.log)")
    #expect(rig.waitUntil { rig.log.contains("1 service, none growing") })
    taken = nil
    rig.signal(SIGHUP)
    #expect(rig.waitUntil { rig.log.contains("the page of [status] is served now") })
    #expect(try PageReply("http://127.0.0.1:\(port)/healthz").body == "ok\n")
  }

  @Test func aReloadMovesThePageAndARefusedOneIsOnIt() throws {
    let world = try World()
    let path = world.rig.folder.url.appendingPathComponent("page.sock").path
    try world.rig.configure(extra: "[status]\nlisten = \"unix:\(path)\"")
    world.rig.signal(SIGHUP)
    #expect(
      world.rig.waitUntil { FileManager.default.fileExists(atPath: path) },
      "\(world.rig.log)")
    let page = try PageReply("http://localhost/", "--unix-socket", path)
    #expect(page.status == 200 && page.body.contains("services/api"))
    #expect(throws: Program.Failed.self) { try Curl.get("\(world.base)/healthz") }

    try Data("[[sink]]\nname = \"x\"\nurl = \"ftp://token-s3cret@x\"\nbad = 1\n".utf8)
      .write(to: world.rig.configurationFile)
    world.rig.signal(SIGHUP)
    #expect(world.rig.waitUntil { world.rig.log.contains("was rejected") })
    let banner = try PageReply("http://localhost/", "--unix-socket", path).body
    #expect(banner.contains("The changed configuration was rejected at"))
    #expect(!banner.contains("s3cret"))
    let metrics = try PageReply("http://localhost/metrics", "--unix-socket", path).body
    #expect(metrics.contains("leakwatch_config_last_reload_successful 0\n"))
    world.rig.signal(SIGTERM)
    #expect(world.rig.waitForExit(seconds: 30) == 0)
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
