import Foundation
import TestSupport
import Testing

/// The built command against real servers.
@Suite struct BacktestCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  private func backtest(_ arguments: [String]) throws -> CommandOutcome {
    try CommandOutcome(of: ["backtest"] + arguments, folder: folder)
  }

  private func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    return path(name)
  }

  /// Lines of each service in their order: services come in another one.
  private func linesByService(_ output: String) throws -> [String: [String]] {
    var lines: [String: [String]] = [:]
    for line in output.split(separator: "\n") {
      let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      lines[record?["service"] as? String ?? "", default: []].append(String(line))
    }
    return lines
  }

  private func range(_ recorded: RecordedServices) -> [String] {
    ["--since", "\(RecordedServices.start)", "--until", "\(recorded.end)"]
  }

  /// The promise: one Engine, the same samples, the same lines to the byte.
  @Test func findsWhatReplayFinds() throws {
    let recorded = RecordedServices()
    try recorded.writeTraces(to: folder.url.appendingPathComponent("traces"))
    let server = try RealPrometheus(openMetrics: recorded.exposition())
    let rules = "[rules.growth_rule]\nenabled = true\n"
    let config = try write(
      recorded.configuration(url: server.address) + rules, to: "config.toml")

    let replay = try CommandOutcome(
      of: ["replay", "--jsonl", "--config", config, path("traces")], folder: folder)
    #expect(replay.status == 0)
    let wanted = try linesByService(replay.output)
    let transitions = wanted.values.joined().count { $0.contains("\"type\":\"transition\"") }
    #expect(wanted.count == 5 && transitions > 10, "the traces say too little: \(transitions)")

    let backtest = try backtest(["--config", config, "--jsonl"] + range(recorded))
    #expect(backtest.status == 0, "\(backtest.errors)")
    #expect(try linesByService(backtest.output) == wanted)
  }

  @Test func threadsPaceAndPassesMakeNoDifference() throws {
    let recorded = RecordedServices(minutes: 1000)
    try recorded.writeTraces(to: folder.url.appendingPathComponent("traces"))
    let server = try RealPrometheus(openMetrics: recorded.exposition())
    let config = try write(recorded.configuration(url: server.address), to: "config.toml")
    let replay = try CommandOutcome(
      of: ["replay", "--jsonl", "--every", "450", "--config", config, path("traces")],
      folder: folder)
    for options in [["--jobs", "1"], ["--jobs", "3"], ["--batch", "2"], ["--batch", "4"]] {
      let backtest = try backtest(
        ["--config", config, "--jsonl", "--every", "450"] + options + range(recorded))
      #expect(backtest.status == 0 && backtest.errors.isEmpty, "\(backtest.errors)")
      #expect(try linesByService(backtest.output) == linesByService(replay.output))
    }
  }

  /// The kubelet's metrics by the ready-made set are what a trace of the cgroup tells.
  @Test func theSetForKubernetesReadsContainers() throws {
    let recorded = RecordedServices(minutes: 1200)
    try recorded.writeTraces(
      to: folder.url.appendingPathComponent("traces"),
      columns: [
        "mem_current", "mem_anon", "mem_file", "mem_inactive_file", "mem_max", "oom_kills_total",
        "start_time_seconds",
      ])
    let server = try RealPrometheus(openMetrics: recorded.kubeletExposition())
    let replay = try CommandOutcome(of: ["replay", "--jsonl", path("traces")], folder: folder)
    let backtest = try backtest(
      ["--prometheus", server.address, "--signals", "kubernetes", "--jsonl"] + range(recorded))
    #expect(backtest.status == 0 && backtest.errors.isEmpty, "\(backtest.errors)")
    var wanted: [String: [String]] = [:]
    for (name, lines) in try linesByService(replay.output) {
      let pod = "shop/\(name)/app"
      wanted[pod] = lines.map {
        $0.replacingOccurrences(of: "\"service\":\"\(name)\"", with: "\"service\":\"\(pod)\"")
      }
    }
    #expect(wanted.count == 5 && wanted.values.joined().count > 6)
    #expect(try linesByService(backtest.output) == wanted)
  }

  @Test func findsTheSameInVictoriaMetrics() throws {
    let recorded = RecordedServices(minutes: 1000)
    try recorded.writeTraces(to: folder.url.appendingPathComponent("traces"))
    let server = try VictoriaMetrics(
      lines: recorded.exposition(timeSuffix: "000", withTypes: false))
    let config = try write(recorded.configuration(url: server.address), to: "config.toml")
    let replay = try CommandOutcome(
      of: ["replay", "--jsonl", "--config", config, path("traces")], folder: folder)
    let backtest = try backtest(["--config", config, "--jsonl"] + range(recorded))
    #expect(backtest.status == 0, "\(backtest.errors)")
    #expect(try linesByService(backtest.output) == linesByService(replay.output))
  }

  @Test func tellsAPersonWhatWouldHaveHappened() throws {
    let recorded = RecordedServices()
    let server = try RealPrometheus(openMetrics: recorded.exposition())
    let config = try write(recorded.configuration(url: server.address), to: "config.toml")
    let outcome = try backtest(
      ["--config", config, "--every", "300", "--html", path("page.html")] + range(recorded))
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first?.hasPrefix("SERVICE") == true)
    let leaky = lines.first { $0.hasPrefix("leaky") }
    #expect(leaky?.contains("memory_growth") == true, "\(outcome.output)")
    #expect(leaky?.contains("before OOM kill") == true, "\(outcome.output)")
    #expect(lines.contains { $0.hasPrefix("flat ") && $0.contains("steady") })
    #expect(outcome.output.contains("What it would have said first:"))
    #expect(outcome.output.contains("leaky: memory leak"))
    #expect(outcome.output.contains("services stayed silent."))
    let last = lines.last { !$0.isEmpty } ?? ""
    #expect(last.hasPrefix("would have paged"), "\(last)")
    #expect(last.contains(" in 33 h"), "\(last)")

    let page = try String(contentsOfFile: path("page.html"), encoding: .utf8)
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
    #expect(page.components(separatedBy: "<svg ").count == 6)
    #expect(page.contains("OOM kill at "))
    #expect(page.contains("prefers-color-scheme:dark"))
    // Nothing from elsewhere, and nothing that runs.
    for word in ["<script", "http-equiv=\"refresh", "src=", "url(", "@import", "<link"] {
      #expect(!page.contains(word), "\(word)")
    }
    let outside = page.components(separatedBy: "href=\"").dropFirst()
    #expect(outside.allSatisfy { $0.hasPrefix("#") })
  }

  @Test func oneQueryIsEnough() throws {
    let recorded = RecordedServices(minutes: 1000)
    let server = try RealPrometheus(openMetrics: recorded.exposition())
    let outcome = try backtest(
      [
        "--prometheus", server.address, "--query", "recorded_mem_anon{service=~\"leaky|flat\"}",
        "--step", "2m", "--service-label", "service",
      ] + range(recorded))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\nleaky") && outcome.output.contains("\nflat"))
    #expect(!outcome.output.contains("holes"))
  }

  @Test func theNamesOfServicesHarmNoPage() throws {
    // As it stands in exposition text: quotes and backslashes escaped.
    let name = "<b>&\\\"'x\\\\.*|("
    var text = "# TYPE m gauge\n"
    for minute in 0..<200 {
      let time = RecordedServices.start + minute * 60
      for service in [name, "other", "third"] {
        text += "m{service=\"\(service)\"} \(1_000_000 + minute) \(time)\n"
      }
    }
    let server = try RealPrometheus(openMetrics: text + "# EOF\n")
    let outcome = try backtest([
      "--prometheus", server.address, "--query", "m", "--html", path("page.html"), "--batch", "1",
      "--since",
      "\(RecordedServices.start)", "--until", "\(RecordedServices.start + 12_000)",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let page = try String(contentsOfFile: path("page.html"), encoding: .utf8)
    #expect(page.components(separatedBy: "<svg ").count == 4)
    #expect(!page.contains("<b>"))
    #expect(page.contains("&lt;b&gt;&amp;&quot;&#39;x"))
  }

  @Test func saysWhatIsMissing() throws {
    let server = try RealPrometheus(openMetrics: "# TYPE up gauge\nup 1 1767312000\n# EOF\n")
    let silent = SilentPort()
    let empty = try write("[cgroups]\n", to: "empty.toml")
    let cases: [([String], Int32, String)] = [
      (
        ["--prometheus", "http://127.0.0.1:\(silent.number)", "--query", "up"], 1,
        "error: http://127.0.0.1:\(silent.number): cannot connect: Connection refused"
      ),
      (
        ["--prometheus", server.address, "--query", "up +"], 1,
        "error: \(server.address): the server answered 400: bad_data: "
      ),
      (
        ["--prometheus", server.address, "--query", "nothing"], 1,
        "error: the queries found no service in this time; do they give series?"
      ),
      (["--prometheus", server.address], 1, "error: nothing tells memory: give --query PROMQL"),
      (
        ["--prometheus", server.address, "--query", "up", "--since", "yesterday"], 1,
        "error: \"yesterday\" is no moment: "
      ),
      (
        [
          "--prometheus", server.address, "--query", "up", "--until", "2020-01-01", "--since",
          "2021-01-01",
        ], 1, "error: no moment lies between 2021-01-01T00:00:00Z (--since) and "
      ),
      (["--prometheus", "127.0.0.1:9090", "--query", "up"], 1, "error: --prometheus: "),
      (["--config", empty, "--query", "up"], 1, "error: the configuration has no [[prometheus]]"),
      (["--query", "up"], 64, "Error: name a server: --prometheus URL, or --config FILE"),
      (
        ["--prometheus", server.address, "--signals", "golang"], 64,
        "Error: --signals golang: there is no such set; there is kubernetes, "
      ),
    ]
    for (arguments, status, message) in cases {
      let outcome = try backtest(arguments)
      #expect(outcome.status == status, "\(arguments)")
      #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
  }

  /// What could not be read is told, and never becomes a zero or a silence that counts.
  @Test func gapsAreTold() throws {
    let double = try TestService.python("prometheus_double.py")
    let outcome = try backtest([
      "--prometheus", double.url("/hole"), "--query", "up", "--since", "1970-01-01T00:10:00Z",
      "--until", "1970-01-01T01:00:00Z", "--jsonl",
    ])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("warning: mem_current (memory) is missing from "))
    #expect(outcome.errors.contains("found duplicate series for the match group"))
    #expect(outcome.errors.contains("what fired in them is not known"))
    #expect(outcome.output.contains("\"type\":\"summary\",\"service\":\"s0\""))
  }

  /// On a terminal a line shows how far it is, and Ctrl-C leaves the terminal as it was.
  @Test(arguments: ["watch", "interrupt"])
  func showsItsProgress(ending: String) throws {
    let recorded = RecordedServices(minutes: 1500)
    let server = try RealPrometheus(openMetrics: recorded.exposition())
    let python = try Program("python3", package: "python3")
    let pace = ending == "watch" ? "60" : "0.1"
    let data = try python.run(
      [
        TestService.path("terminal.py"), ending, DaemonRig.binary.path, "backtest", "--prometheus",
        server.address, "--query", "recorded_mem_current", "--every", pace,
      ] + range(recorded))
    let seen = String(decoding: data, as: UTF8.self)
    let clear = "\r\u{1B}[K"
    #expect(seen.contains("\(clear)[") && seen.contains("-] 2026-01-02, "), "\(seen.prefix(300))")
    let end = try #require(seen.components(separatedBy: clear).last)
    if ending == "watch" {
      #expect(seen.contains("] 2026-01-02, 5 services"))
      #expect(end.hasPrefix("\u{1B}[1mSERVICE\u{1B}[0m"), "\(end)")
      #expect(end.hasSuffix("status 0\n"))
    } else {
      #expect(end == "status 130\n", "\(end)")
    }
  }
}
