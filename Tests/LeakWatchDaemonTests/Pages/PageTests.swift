import Foundation
import TestSupport
import Testing

/// The pages of a daemon with two weeks of history, as Chromium shows them.
@Suite(.serialized) struct PageTests {
  private final class World {
    let folder: TemporaryFolder
    let rig: DaemonRig
    let server: RealPrometheus
    let base: String

    init() throws {
      folder = try TemporaryFolder()
      let python = try Program("python3", package: "python3")
      let history = try python.run(
        [TestService.path("service_history.py"), "900"]
          + ["api", "reports", "worker-1", "worker-2", "auth"])
      server = try RealPrometheus(openMetrics: String(decoding: history, as: UTF8.self))
      rig = try DaemonRig()
      let port = freeLoopbackPort()
      base = "http://127.0.0.1:\(port)"
      let signals = [
        "mem_anon", "mem_file", "mem_shmem", "mem_kernel", "mem_sock", "mem_inactive_file",
        "mem_max", "heap_live_bytes", "requests_total", "gc_pause_seconds_total",
        "start_time_seconds",
      ]
      try """
      [cgroups]
      enabled = false
      [host]
      name = "web-7 & Söhne"
      [rules]
      evaluation_interval = "200ms"
      [rules.memory_growth]
      for = "0s"
      [status]
      listen = "127.0.0.1:\(port)"
      [[prometheus]]
      url = "\(server.address)"
      lag = "0s"
      interval = "15m"
      backfill = "14d"
      memory = 'mem_current'
      signals = { \(signals.map { "\($0) = '\($0)'" }.joined(separator: ", ")) }
      """.write(to: rig.configurationFile, atomically: true, encoding: .utf8)
      try rig.start()
      #expect(
        rig.waitUntil { (try? PageReply("\(base)/readyz"))?.status == 200 },
        "\(rig.log)")
    }

    /// The page as Chromium has built it.
    func rendered(_ path: String) throws -> String {
      let chromium = try Program("chromium", package: "chromium")
      let document = try chromium.run([
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--user-data-dir=\(folder.url.appendingPathComponent("chromium").path)",
        "--window-size=1280,900", "--dump-dom", base + path,
      ])
      return String(decoding: document, as: UTF8.self)
    }

    /// What `check_page.py` finds.
    func faults(_ document: String) throws -> String {
      let file = folder.url.appendingPathComponent("document")
      try Data(document.utf8).write(to: file)
      let script = TestService.path("check_page.py")
      let output = try Program("sh", package: "dash")
        .run(["-c", "python3 '\(script)' < '\(file.path)' || true"])
      return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  @Test func indexAndServiceAreWholeAndOpenToEverybody() throws {
    let world = try World()
    let index = try world.rendered("/")
    #expect(try world.faults(index) == "")
    #expect(index.contains("web-7 &amp; Söhne"))
    // The most urgent first, each with its line.
    let names = index.matches(of: /href="services\/([^"]+)"/).map { String($0.1) }
    #expect(names.prefix(2) == ["reports", "api"] && names.last == "auth", "\(names)")
    #expect(index.components(separatedBy: "class=\"spark\"").count == 6)
    #expect(index.contains("true leak") && index.contains("of its replicas"))

    let api = try world.rendered("/services/api")
    #expect(try world.faults(api) == "")
    for mark in [
      "curve memory", "curve heap", "area anon", "class=\"trend\"", "class=\"interval\"",
      "class=\"limit\"", "class=\"restart\"", "curve pause", "curve requests", "band warning",
      "Does memory grow?", "journalctl", "What each window says", "heap memory grows",
    ] {
      #expect(api.contains(mark), "\(mark)")
    }
    #expect(try world.faults(world.rendered("/services/auth")) == "")
    #expect(try world.faults(world.rendered("/services/nobody")) == "")
  }
}
