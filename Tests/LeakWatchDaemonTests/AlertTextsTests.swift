import Alerting
import Delivery
import Engine

import Foundation
import TestSupport
import Testing
import TimeSeries
import WatchConfiguration

@testable import Formats
@testable import LeakWatchDaemon

/// docs/alert-texts.md holds what people really get to read. `scripts/alert-texts` writes it anew.
@Suite struct AlertTextsTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let path = folder.appending(path: "docs/alert-texts.md")
  private static let start: Int64 = 1_795_132_800
  private static let mebibyte = 1_048_576.0

  private static let configuration = """
    [host]
    name = "db-3"
    [status]
    listen = "127.0.0.1:9788"
    external_url = "https://leakwatch.example.com/db-3"
    runbook_url = "https://wiki.example.com/leakwatch"
    [rules.gc_pause]
    severity = "warning"
    [rules.max_uptime]
    enabled = true
    max_uptime = "30d"
    services = ["cart"]
    [[sink]]
    name = "webhook"
    type = "webhook"
    url = "http://127.0.0.1/"
    [[sink]]
    name = "alertmanager"
    type = "alertmanager"
    urls = ["http://127.0.0.1:9093"]
    [[sink]]
    name = "pagerduty"
    type = "pagerduty"
    routing_key_file = "/dev/null"
    [[sink]]
    name = "slack"
    type = "slack"
    url_file = "/dev/null"
    [[sink]]
    name = "ntfy"
    type = "template"
    url = "http://127.0.0.1/"
    template_file = "\(folder.path)/deploy/templates/ntfy.template"
    """

  private static func loaded() throws -> Configuration {
    let outcome = ConfigurationLoader.load(text: configuration, fileName: "c.toml")
    return try #require(outcome.configuration, "\(outcome)")
  }

  /// What a service of 1 GiB does over some days, a sample a minute: traffic by the hour of the day,
  /// memory that follows it a little, and growth.
  private static func rows(days: Double, growthPerDay: Double, pauses: Double) -> [TraceRow] {
    var random = SeededGenerator(seed: 7)
    var requests = 0.0
    var paused = 0.0
    var collections = 0.0
    return (0..<Int(days * 1440)).map { minute in
      let hour = Double(minute % 1440) / 60
      let load =
        100 * (1 + 0.5 * sin((hour - 9) / 24 * 2 * .pi))
        * Double.random(in: 0.97...1.03, using: &random)
      let live = 380 * mebibyte + growthPerDay * mebibyte * Double(minute) / 1440
      let anon =
        live * 1.2 + load * 0.3 * mebibyte + Double.random(in: 0...4, using: &random) * mebibyte
      requests += load * 60
      collections += 6
      paused += pauses * 60 * (live / (380 * mebibyte))
      return TraceRow(
        timestamp: Timestamp(seconds: Double(start + Int64(minute) * 60)),
        readings: [
          Reading(.memoryCurrent, anon + 64 * mebibyte), Reading(.memoryAnon, anon),
          Reading(.memoryFile, 64 * mebibyte), Reading(.memoryInactiveFile, 60 * mebibyte),
          Reading(.memoryLimit, 1024 * mebibyte), Reading(.heapLive, live),
          Reading(.heapCommitted, live * 1.15), Reading(.requestsTotal, requests),
          Reading(.gcCountTotal, collections), Reading(.gcPauseSecondsTotal, paused),
          Reading(.oomKillsTotal, anon + 64 * mebibyte > 1023 * mebibyte ? 1 : 0),
        ])
    }
  }

  /// Everything that people are told of such a service, in order.
  private static func alerts(
    _ service: String, days: Double, growthPerDay: Double, pauses: Double
  ) throws -> [Alert] {
    var replay = TraceReplay(
      service: ServiceName(service), settings: EngineSettings(try loaded(), host: "db-3"),
      evaluatingEvery: .minutes(1))
    let links = AlertLinks(try loaded().status)
    var alerts: [Alert] = []
    replay.run(rows(days: days, growthPerDay: growthPerDay, pauses: pauses)) { happening in
      if case .told(let alert) = happening { alerts.append(links.linked(alert)) }
    }
    return alerts
  }

  /// `shop` leaks for two days and a half, and comes back with another build that does not; `cart` has run for
  /// longer than it should.
  private static func madeUp() throws -> (fix: [Alert], age: [Alert]) {
    let settings = EngineSettings(try loaded(), host: "db-3")
    let links = AlertLinks(try loaded().status)
    let begin = Timestamp(seconds: Double(start))
    var shop = MadeUpService("shop", settings: settings, at: begin)
    shop.run(.hours(60), build: "2.3.0", growthPerDay: 512)
    shop.run(.hours(26), build: "2.3.1", growthPerDay: 5)
    var cart = MadeUpService("cart", settings: settings, at: begin)
    cart.run(.hours(26), build: "1.9", age: .days(29), growthPerDay: 6)
    return (
      shop.alerts.filter { $0.fix != nil }.map(links.linked),
      cart.alerts.filter { $0.key.kind == .maxUptime }.map(links.linked)
    )
  }

  private static func inTheJournal(_ alerts: [Alert]) -> String {
    alerts.map { alert in
      let moment = Timestamp(seconds: alert.at.seconds).rfc3339
      return "At \(moment), `\(alert.key.kind.rawValue)`, \(alert.severity.rawValue), "
        + "\(alert.status.rawValue):\n\n" + block(AlertText.text(alert))
    }.joined()
  }

  private static func pretty(_ body: [UInt8]) throws -> String {
    guard let value = try? JSONSerialization.jsonObject(with: Data(body)) else {
      return String(decoding: body, as: UTF8.self)
    }
    let data = try JSONSerialization.data(
      withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }

  private static func block(_ text: String, _ language: String = "") -> String {
    "```\(language)\n\(text.trimmingCharacters(in: .newlines))\n```\n\n"
  }

  private static func document() throws -> String {
    let slow = try alerts("api", days: 3.5, growthPerDay: 50, pauses: 0.02)
    let fast = try alerts("billing", days: 1.12, growthPerDay: 420, pauses: 0.04)
    var text = """
      # What people get to read

      The texts of alerts as they are sent, of made-up services. Two of them leak: `api` slowly, `billing`
      until the kernel ends it. Written by `scripts/alert-texts`; a test holds it to the code.

      ## In the journal


      """
    text += inTheJournal(Array(slow.prefix(1)) + fast)
    let (fix, age) = try madeUp()
    text +=
      "A third, `shop`, comes back with another build, which is watched until it is certain:\n\n"
    text += inTheJournal(fix)
    text += "A fourth, `cart`, has run for longer than `max_uptime`:\n\n"
    text += inTheJournal(age)
    let first = try #require(slow.first)
    text +=
      "## By each kind of sink\n\nThe first of them, `\(first.key.kind.rawValue)` of `api`.\n\n"
    for sink in SinkFactory.sinks(try loaded()) {
      text += "### \(sink.name)\n\n"
      let body = try pretty(sink.printable(first))
      text += block(body, body.hasPrefix("{") || body.hasPrefix("[") ? "json" : "")
    }
    return text.trimmingCharacters(in: .newlines) + "\n"
  }

  @Test func theDocumentHoldsWhatIsSent() throws {
    let document = try Self.document()
    for word in ["memory_growth", "oom_imminent", "oom_kill", "max_uptime", ": fixed"] {
      #expect(document.contains(word), "no \(word) among the texts")
    }
    if ProcessInfo.processInfo.environment["LEAKWATCH_WRITE_DOCUMENTS"] != nil {
      try document.write(to: Self.path, atomically: true, encoding: .utf8)
    }
    #expect(
      try String(contentsOf: Self.path, encoding: .utf8) == document,
      "docs/alert-texts.md is stale: run scripts/alert-texts")
  }
}
