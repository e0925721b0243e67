import Foundation
import LinuxSystem
import Signals
import TestSupport
import Testing
import TimeSeries

@testable import Formats
@testable import Scrapers

/// What servers and the proxies before them do wrong.
@Suite struct MisbehavingServerTests {
  private let double: TestService

  init() throws {
    double = try TestService.python("prometheus_double.py")
  }

  private func harness(
    _ scenario: String, _ change: (inout PrometheusEndpoint) -> Void = { _ in }
  ) throws -> PrometheusHarness {
    try PrometheusHarness(double.url("/\(scenario)"), change)
  }

  private let range = PrometheusRequest.range(
    "up", start: Timestamp(milliseconds: 600_000), end: Timestamp(milliseconds: 1_800_000),
    step: .minutes(1))

  private func sampleCount(_ scenario: String) throws -> Int {
    try harness(scenario).series(range).reduce(0) { $0 + $1.samples.count }
  }

  private struct Logged: Decodable {
    var path: String
    var form: [String: String]
    var headers: [String: String]
  }

  private func requests() throws -> [Logged] {
    try JSONDecoder().decode([Logged].self, from: Curl.get(double.url("/log")))
  }

  @Test func whatMayPassIsTriedAgain() throws {
    #expect(try sampleCount("flaky") == 42)
    #expect(try requests().count == 3)
    #expect(try sampleCount("truncated") == 42)
    #expect(try requests().count == 5)
  }

  @Test func waitsAsLongAsTheServerAsks() throws {
    let begin = SystemClock.monotonic()
    #expect(try sampleCount("busy") == 42)
    #expect(SystemClock.monotonic() - begin >= .seconds(0.99))
  }

  /// A problem that stays is told after a few attempts, or at once where another cannot help.
  @Test(arguments: [
    (
      "down", PrometheusProblem.Kind.unavailable, 4,
      "the server answered 503: unavailable: shutting down"
    ),
    ("patient", .unavailable, 1, "the server answered 503: unavailable: come back tomorrow"),
    ("cut", .unavailable, 4, "the connection was lost before the reply was complete: "),
    ("html", .unavailable, 4, "the answer cannot be read: byte 0: expected '{', found '<'"),
    ("vector", .unavailable, 4, "the answer cannot be read: byte 44: the result is a vector"),
    ("scalar", .unavailable, 4, "the answer cannot be read: byte 44: the result is a scalar"),
    ("tiny", .tooMuch, 1, "the server answered 422: execution: query processing would load too"),
    ("unknown", .refused, 1, "the server answered 401: check the credentials"),
    ("moved", .refused, 1, "the server answered 302: a redirect; redirects are not followed"),
    ("crowd", .tooMuch, 1, "the answer cannot be read: byte"),
  ])
  func saysWhatIsWrong(
    scenario: String, kind: PrometheusProblem.Kind, attempts: Int, text: String
  ) throws {
    let harness = try harness(scenario)
    harness.client.limits.series = 1000
    let result = try harness.ask(range)
    guard case .failure(let problem) = result else {
      Issue.record("\(scenario) was answered")
      return
    }
    #expect(problem.kind == kind, "\(problem)")
    #expect(problem.description.hasPrefix(text), "\(problem)")
    #expect(try requests().count == attempts)
  }

  @Test func asksForLessWhereItIsTooMuch() throws {
    for (scenario, change) in [
      ("small", { _ in }), ("large", { $0.maximumBodyBytes = 100_000 }),
      ("slow", { $0.timeout = .seconds(0.4) }),
    ] as [(String, (inout PrometheusEndpoint) -> Void)] {
      let grid = MomentGrid(600, every: 60, count: 700)
      let reading = try harness(scenario, change).read(["up"], grid)
      #expect(reading.failure == nil && reading.gaps.isEmpty, "\(scenario): \(reading.gaps)")
      #expect(reading.series[0].count == 2, "\(scenario)")
      for series in reading.series[0] {
        let wanted = (0..<700).map { Double(600 + 60 * $0) }
        #expect(series.samples.map(\.value) == wanted, "\(scenario)")
        #expect(series.samples.map(\.timestamp.seconds) == wanted, "\(scenario)")
      }
    }
  }

  @Test func whatFailsForGoodIsAGapAndNoZero() throws {
    var size = StretchSize()
    size.mostPoints = 10
    let reading = try harness("hole").read(
      ["up"], MomentGrid(600, every: 60, count: 60), size: size)
    #expect(reading.failure == nil)
    let times = try #require(reading.series[0].first).samples.map(\.timestamp.seconds)
    #expect(times.first == 600)
    #expect(times.last == 4140)
    #expect(!times.contains { (1800..<2400).contains($0) })
    #expect(reading.series[0].allSatisfy { $0.samples.allSatisfy { $0.value > 0 } })
    #expect(
      times.count >= 40, "the gap is much wider than the hole: \(times.count) of 50 are there")
    // Every moment has come, or stands in a gap.
    let gaps = reading.gaps.map { $0.start.seconds...$0.end.seconds }
    let missing = (0..<60).map { Double(600 + 60 * $0) }.filter { !times.contains($0) }
    #expect(missing.allSatisfy { moment in gaps.contains { $0.contains(moment) } })
    #expect(!gaps.isEmpty && reading.gaps.allSatisfy { $0.reason.contains("duplicate series") })
  }

  @Test func aServerThatAnswersNothingIsNoEmptyPast() throws {
    for scenario in ["down", "tiny"] {
      let reading = try harness(scenario).read(["up"], MomentGrid(600, every: 60, count: 60))
      #expect(reading.failure != nil, "\(scenario)")
      #expect(reading.series[0].isEmpty)
    }
  }

  @Test func warningsAreShownOnce() throws {
    let reading = try harness("warned").read(["up", "up"], MomentGrid(600, every: 60, count: 2000))
    #expect(reading.stretches.count > 1)
    #expect(reading.notices == ["one store did not answer"])
  }

  @Test func sendsAFormWithItsHeaders() throws {
    let harness = try harness("good") {
      $0.headers = [HTTPHeader("X-Scope-OrgID", "team a"), HTTPHeader("user-agent", "mine")]
    }
    let request = PrometheusRequest.range(
      "rate(x{a=\"ü&b\"}[5m]) + 1", start: Timestamp(milliseconds: 1001),
      end: Timestamp(milliseconds: 61_001), step: .seconds(0.5))
    _ = try harness.ask(request).get()
    let sent = try #require(try requests().first)
    #expect(sent.path == "/good/api/v1/query_range")
    #expect(
      sent.form == [
        "query": "rate(x{a=\"ü&b\"}[5m]) + 1", "start": "1.001", "end": "61.001", "step": "0.500",
        "timeout": "60000ms",
      ])
    #expect(sent.headers["x-scope-orgid"] == "team a")
    #expect(sent.headers["user-agent"] == "mine")
    #expect(sent.headers["content-type"] == "application/x-www-form-urlencoded")
  }

  @Test func onlySoManyRequestsAreUnderWay() throws {
    let harness = try harness("good") { $0.leastSpacing = .seconds(0.05) }
    let begin = SystemClock.monotonic()
    _ = try harness.read(["a", "b", "c", "d", "e"], MomentGrid(600, every: 60, count: 10))
    #expect(SystemClock.monotonic() - begin >= .seconds(0.2))
  }
}
