import Foundation
import TestSupport
import Testing

/// The whole daemon with a real Prometheus as its source.
@Suite(.serialized) struct PrometheusRunTests {
  /// Three days up to now: one service that grows, one that does not.
  private func history() -> String {
    let end = Int(Date().timeIntervalSince1970) / 60 * 60
    var random = SeededGenerator(seed: 7)
    var text = "# TYPE container_memory_rss gauge\n"
    for (name, rate) in [("leaky", 0.08), ("flat", 0)] {
      for minute in 0..<4320 {
        let noise = Double.random(in: -1...1, using: &random)
        let bytes = Int((150 + rate * Double(minute) + noise) * 256) * 4096
        text += "container_memory_rss{service=\"\(name)\"} \(bytes) \(end - (4320 - minute) * 60)\n"
      }
    }
    text += "# TYPE container_spec_memory_limit_bytes gauge\n"
    for minute in 0..<4320 {
      let time = end - (4320 - minute) * 60
      text += "container_spec_memory_limit_bytes{service=\"leaky\"} 1073741824 \(time)\n"
    }
    return text + "# EOF\n"
  }

  private func configure(_ rig: DaemonRig, _ server: String) throws {
    try """
    [cgroups]
    enabled = false
    [rules]
    evaluation_interval = "200ms"
    [rules.memory_growth]
    for = "0s"
    [[sink]]
    name = "test"
    type = "webhook"
    url = "\(rig.receiver.url("/204"))"
    \(server)
    """.write(to: rig.configurationFile, atomically: true, encoding: .utf8)
  }

  @Test func knowsTheLastDaysAtItsFirstMinute() throws {
    let server = try RealPrometheus(openMetrics: history())
    let rig = try DaemonRig()
    try configure(
      rig,
      """
      [[prometheus]]
      url = "\(server.address)"
      memory = 'container_memory_rss'
      signals = { mem_max = 'container_spec_memory_limit_bytes' }
      lag = "0s"
      backfill = "3d"
      """)
    let socket = rig.folder.url.appendingPathComponent("notify").path
    let told = rig.folder.url.appendingPathComponent("told")
    let manager = try TestService([
      "/usr/bin/python3", TestService.path("notify.py"), socket, told.path,
    ])
    defer { manager.stop() }
    try rig.start(environment: ["NOTIFY_SOCKET": socket])
    #expect(rig.waitUntil { !rig.received.isEmpty }, "\(rig.log)")
    let alert = try #require(rig.received.first)
    #expect(rig.received.count == 1)
    #expect(alert.service == "leaky")
    #expect(alert.alert == "memory_growth")
    #expect(alert.data["verdict"] as? String == "leak")
    let limit = alert.data["seconds_to_limit"] as? Double ?? 0
    #expect((3 * 86_400...7 * 86_400).contains(limit), "\(limit)")

    let messages = try String(contentsOf: told, encoding: .utf8).split(separator: "\n")
    let ready = try #require(messages.firstIndex { $0.hasPrefix("READY=1") })
    let before = messages[..<ready]
    #expect(before.contains("EXTEND_TIMEOUT_USEC=30000000"), "\(before)")
    #expect(
      before.contains { $0.hasPrefix("STATUS=reading the history in \(server.address): ") })
    #expect(messages[ready].contains("2 services"), "\(messages[ready])")
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)

    // The next run takes up where this one left off: no second life, no second message.
    try rig.start()
    #expect(
      rig.waitUntil { rig.log.contains("2 services, 1 growing: leaky") },
      "\(rig.log)")
    Thread.sleep(forTimeInterval: 1)
    #expect(rig.received.count == 1)
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
  }

  @Test func aServerThatFailsIsToldOnceAndSoIsItsReturn() throws {
    let server = try RealPrometheus(openMetrics: history())
    let rig = try DaemonRig()
    let table = """
      [[prometheus]]
      url = "\(server.address)"
      memory = 'container_memory_rss'
      interval = "1s"
      backfill = "10s"
      """
    try configure(rig, table)
    try rig.start()
    #expect(rig.waitUntil { rig.log.contains("watches this host") })
    server.stop()
    let down = "prometheus: \(server.address) does not answer: cannot connect"
    #expect(rig.waitUntil { rig.log.contains(down) }, "\(rig.log)")
    try server.restart()
    let up = "prometheus: \(server.address) answers again after "
    #expect(rig.waitUntil { rig.log.contains(up) }, "\(rig.log)")
    #expect(rig.log.components(separatedBy: down).count == 2)

    // Taken out by a reload, it is not asked any more and its services end.
    try configure(rig, "")
    rig.signal(SIGHUP)
    #expect(rig.waitUntil { rig.log.contains("the configuration was reloaded") })
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
  }

  /// What the server and the kernel of this host know of one service is one service.
  @Test func aServiceOfTheServerJoinsItsCgroup() throws {
    let server = try RealPrometheus(openMetrics: history())
    let rig = try DaemonRig()
    try rig.configure(
      extra: """
        [[prometheus]]
        url = "\(server.address)"
        memory = 'container_memory_rss'
        lag = "0s"
        cgroups = { leaky = "system.slice/payments.service" }
        """)
    for unit in ["payments.service", "web.service"] {
      try rig.tree.create(unit)
      try rig.tree.set(unit, mebibytes: 256)
    }
    try rig.start()
    // leaky and flat from the server, web from the kernel; payments is leaky.
    #expect(rig.waitUntil { rig.log.contains("3 services") }, "\(rig.log)")
    #expect(try rig.leak("payments.service") { !rig.received.isEmpty })
    let alert = try #require(rig.received.first)
    #expect(alert.service == "leaky")
    #expect(alert.data["unit"] as? String == "payments.service")
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
  }

  @Test func aServerThatIsNotThereHoldsNothingUp() throws {
    let silent = SilentPort()
    let rig = try DaemonRig()
    try rig.configure(
      extra: """
        [[prometheus]]
        url = "http://127.0.0.1:\(silent.number)"
        signal_sets = ["kubernetes"]
        """)
    try rig.tree.create("api.service")
    try rig.tree.set("api.service", mebibytes: 256)
    try rig.start()
    #expect(
      rig.waitUntil { rig.log.contains("1 service, none growing") }, "\(rig.log)")
    #expect(rig.log.contains("does not answer: cannot connect: Connection refused"))
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
  }
}
