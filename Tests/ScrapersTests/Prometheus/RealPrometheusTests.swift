import Foundation
import LinuxSystem
import Signals
import TestSupport
import Testing
import TimeSeries

@testable import Formats
@testable import Scrapers

/// Debian's Prometheus and VictoriaMetrics, with nginx before them.
@Suite struct RealPrometheusTests {
  private static let start: Int64 = 1_763_942_400
  private static let services = 7
  private static let minutes = 3000

  private static func value(_ service: Int, _ minute: Int) -> Double {
    Double(service) * 1e8 + Double(minute * 4096) + (minute % 3 == 0 ? 0.25 : 0)
  }

  private static func history() -> String {
    var text = "# TYPE memory_bytes gauge\n"
    for service in 0..<services {
      for minute in 0..<minutes {
        let time = start + Int64(minute) * 60
        text += "memory_bytes{service=\"s\(service)\",job=\"a \\\"b\\\" ü\"} "
        text += "\(value(service, minute)) \(time)\n"
      }
    }
    return text + "# EOF\n"
  }

  private static let grid = MomentGrid(start, every: 60, count: minutes)

  private func check(_ reading: PrometheusHarness.Reading, gaps: Bool = false) {
    #expect(reading.failure == nil)
    #expect(reading.series[0].count == Self.services)
    for series in reading.series[0] {
      let number = Int(series.labels["service"]?.dropFirst() ?? "") ?? -1
      #expect(series.labels["job"] == "a \"b\" ü")
      if !gaps { #expect(series.samples.count == Self.minutes) }
      let isRight = series.samples.allSatisfy { sample in
        let minute = Int(sample.timestamp.milliseconds / 1000 - Self.start) / 60
        return sample.value == Self.value(number, minute)
      }
      #expect(isRight)
    }
  }

  @Test func readsALongRangeInStretches() throws {
    let server = try RealPrometheus(openMetrics: Self.history())
    let harness = try PrometheusHarness(server.address)
    let reading = try harness.read(["last_over_time(memory_bytes[59999ms])"], Self.grid)
    check(reading)
    #expect(reading.gaps.isEmpty)
    #expect(reading.stretches.first == 10 && reading.stretches.count > 2, "\(reading.stretches)")

    let instant = try harness.series(
      .instant("memory_bytes", at: Timestamp(milliseconds: (Self.start + 60) * 1000)))
    #expect(Set(instant.map { $0.samples[0].value }) == Set((0..<7).map { Self.value($0, 1) }))
    let raw = try harness.series(
      .instant("memory_bytes[5m]", at: Timestamp(milliseconds: (Self.start + 600) * 1000)))
    #expect(raw.allSatisfy { $0.samples.count == 6 })
    let (start, end) = (Self.grid.start, Self.grid.end)
    let found = try harness.ask(
      .series(["memory_bytes{service=~\"s[12]\"}"], start: start, end: end))
    guard case .labelSets(let sets) = try found.get().content else {
      Issue.record("no label sets")
      return
    }
    #expect(Set(sets.map { $0["service"] }) == ["s1", "s2"])
    let values = try harness.ask(
      .labelValues("service", matching: ["memory_bytes"], start: start, end: end))
    guard case .values(let names) = try values.get().content else {
      Issue.record("no values")
      return
    }
    #expect(names == (0..<7).map { "s\($0)" })
  }

  /// Prometheus's own bounds: 11,000 points, and the samples of one query.
  @Test func keepsWithinTheServersLimits() throws {
    let server = try RealPrometheus(
      openMetrics: Self.history(), flags: ["--query.max-samples=2000"])
    let harness = try PrometheusHarness(server.address)
    var size = StretchSize()
    size.sampleBudget = 1_000_000
    let reading = try harness.read(["memory_bytes"], Self.grid, size: size)
    check(reading)
    #expect(reading.gaps.isEmpty)

    let tooLong = try harness.ask(
      .range(
        "memory_bytes", start: Self.grid.start, end: Self.grid.start + .days(10), step: .seconds(60)
      ))
    #expect(throws: PrometheusProblem.self) { try tooLong.get() }
    if case .failure(let problem) = tooLong { #expect(problem.kind == .tooMuch, "\(problem)") }
  }

  @Test func refusesWhatIsNoPromQL() throws {
    let server = try RealPrometheus(openMetrics: Self.history())
    let reading = try PrometheusHarness(server.address).read(["memory_bytes +"], Self.grid)
    #expect(reading.failure?.kind == .refused)
    #expect(
      reading.failure?.description.hasPrefix("the server answered 400: bad_data: ") == true,
      "\(String(describing: reading.failure))")
    let scalar = try PrometheusHarness(server.address).read(["memory_bytes", "42"], Self.grid)
    #expect(scalar.failure == nil)
    #expect(scalar.series[1].first?.labels.isEmpty == true)
  }

  @Test func aRestartInTheMiddleLosesNothing() throws {
    let server = try RealPrometheus(openMetrics: Self.history())
    let harness = try PrometheusHarness(server.address)
    harness.client.backoff = RetryBackoff(attempts: 30, first: .seconds(0.1), longest: .seconds(1))
    let reading = try harness.read(["memory_bytes"], Self.grid) { stretches in
      guard stretches == 2 else { return }
      server.stop()
      // While requests fail: it comes back after the first attempts.
      harness.loop.schedule(after: .seconds(0.5)) { try? server.restart() }
    }
    check(reading)
    #expect(reading.gaps.isEmpty)
  }

  @Test func aServerThatStaysAwayLeavesAGap() throws {
    let server = try RealPrometheus(openMetrics: Self.history())
    let harness = try PrometheusHarness(server.address)
    var size = StretchSize()
    size.sampleBudget = 250 * Self.services
    let reading = try harness.read(["memory_bytes"], Self.grid, size: size) { stretches in
      if stretches == 3 { server.stop() }
    }
    check(reading, gaps: true)
    let times = try #require(reading.series[0].first).samples.map(\.timestamp)
    // Three stretches, each four times as long as the one before.
    let known = 10 + 40 + 160
    #expect(times.count == known)
    #expect(reading.gaps.first?.start == Self.grid[known])
    #expect(reading.gaps.last?.end == Self.grid.end)
    #expect(reading.gaps.allSatisfy { $0.reason.contains("Connection refused") }, "\(reading.gaps)")
  }

  @Test func goesThroughTLSAndAPasswordOrAToken() throws {
    let server = try RealPrometheus(openMetrics: Self.history())
    let authority = try CertificateAuthority()
    let issued = try authority.issue("local", for: ["IP:127.0.0.1"])
    let proxy = try NginxProxy(
      before: server.address, certificate: issued.certificate, key: issued.key, user: "watch",
      password: "s3cret", token: "t0ken")
    let password = authority.path("password")
    try "s3cret\n".write(toFile: password, atomically: true, encoding: .utf8)
    let trusted = { (endpoint: inout PrometheusEndpoint) in
      endpoint.tls.authorityFile = authority.certificate
      endpoint.credentials = .basic(user: "watch", passwordFile: password)
    }
    check(try PrometheusHarness(proxy.address, trusted).read(["memory_bytes"], Self.grid))

    let token = authority.path("token")
    let bearing = { (endpoint: inout PrometheusEndpoint) in
      trusted(&endpoint)
      endpoint.credentials = .bearer(tokenFile: token)
    }
    try "t0ken\n".write(toFile: token, atomically: true, encoding: .utf8)
    check(try PrometheusHarness(proxy.tokenAddress, bearing).read(["memory_bytes"], Self.grid))
    try "another\n".write(toFile: token, atomically: true, encoding: .utf8)
    let refused = try PrometheusHarness(proxy.tokenAddress, bearing).read(
      ["memory_bytes"], Self.grid)
    #expect(refused.failure?.description == "the server answered 401: check the credentials")

    let untrusted = try PrometheusHarness(proxy.address).read(["memory_bytes"], Self.grid)
    #expect(untrusted.failure?.description.hasPrefix("TLS failed: ") == true)
    let unknown = try PrometheusHarness(proxy.address) {
      trusted(&$0)
      $0.credentials = nil
    }.read(["memory_bytes"], Self.grid)
    #expect(unknown.failure?.description == "the server answered 401: check the credentials")
  }

  @Test func readsVictoriaMetrics() throws {
    let lines = Self.history().split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { "\($0)000\n" }.joined()
    let server = try VictoriaMetrics(lines: lines)
    for path in ["", "/prometheus"] {
      let harness = try PrometheusHarness(server.address + path)
      let reading = try harness.read(["last_over_time(memory_bytes[59999ms])"], Self.grid)
      check(reading)
      #expect(reading.gaps.isEmpty)
    }
    let wrong = try PrometheusHarness(server.address).read(["memory_bytes +"], Self.grid)
    #expect(wrong.failure != nil)
  }

  /// Every query of every signal set is PromQL that the server takes.
  @Test func theServerUnderstandsEverySignalSet() throws {
    let server = try RealPrometheus(openMetrics: "# TYPE up gauge\nup 1 \(Self.start)\n# EOF\n")
    let harness = try PrometheusHarness(server.address)
    for set in SignalSet.allCases {
      var wishes = SignalQueryPlan.Wishes()
      wishes.sets = [set]
      wishes.matchers = "cluster=\"eu\",namespace!~\"kube-.*\""
      let plan = SignalQueryPlan(wishes, step: .seconds(60))
      #expect(plan.tellsMemory || set == .systemd, "\(set)")
      for query in plan.queries {
        let answer = try harness.ask(.instant(query.expression, at: Self.grid.start))
        #expect(throws: Never.self, "\(set) \(query.signal): \(query.expression)") {
          try answer.get()
        }
      }
    }
  }
}
