import Foundation
import LinuxSystem
import Signals
import TestSupport
import Testing
import TimeSeries

@testable import Scrapers

/// A server that is watched as time goes by.
@Suite struct PrometheusPollerTests {
  /// A value for each second around the present, so that a server that was away has them all.
  private struct Present {
    let start = Int(SystemClock.wallTime().milliseconds / 1000) - 120
    static let seconds = 300

    var openMetrics: String {
      var text = "# TYPE memory_bytes gauge\n"
      for service in ["a", "b"] {
        for second in start..<start + Self.seconds {
          text += "memory_bytes{service=\"\(service)\"} \(second) \(second)\n"
        }
      }
      return text + "# EOF\n"
    }
  }

  private func target(_ url: String, _ change: (inout PrometheusTarget) -> Void = { _ in })
    -> PrometheusTarget
  {
    var wishes = SignalQueryPlan.Wishes()
    wishes.memory = "memory_bytes"
    var target = PrometheusTarget(
      endpoint: PrometheusEndpoint(url: url),
      queries: SignalQueryPlan(wishes, step: .seconds(1)),
      naming: ServiceNaming(serviceLabel: "service"))
    target.interval = .seconds(1)
    target.lag = .seconds(1)
    target.backfill = .seconds(60)
    change(&target)
    return target
  }

  private final class Watch {
    let loop: EventLoop
    private(set) var reports: [PrometheusReport] = []
    private var poller: PrometheusPoller?

    init(_ target: PrometheusTarget, after known: Timestamp? = nil) throws {
      let loop = try EventLoop()
      self.loop = loop
      let http = try HTTPClient(loop: loop)
      poller = PrometheusPoller(
        target, after: known, loop: loop, client: { () throws(HTTPFailure) in http },
        onReport: { [weak self] in self?.reports.append($0) })
      poller?.start()
    }

    func run(atMost limit: TimeSpan, until condition: () -> Bool = { false }) throws {
      let deadline = SystemClock.monotonic() + limit
      while !condition(), SystemClock.monotonic() < deadline {
        try loop.turn(waitingAtMost: .seconds(0.05))
      }
    }

    /// Seconds of the moments of one service, in the order in which they came.
    func seconds(_ service: String) -> [Int] {
      reports.flatMap(\.services).filter { $0.service.text == service }.flatMap(\.moments)
        .map { Int($0.timestamp.milliseconds / 1000) }
    }
  }

  @Test func historyComesFirstAndAnOutageLosesNothing() throws {
    let present = Present()
    let server = try RealPrometheus(openMetrics: present.openMetrics)
    let watch = try Watch(target(server.address))
    try watch.run(atMost: .seconds(20)) { watch.reports.contains { $0.isCaughtUp } }
    let history = watch.seconds("a")
    #expect(history.count >= 60, "\(history.count)")
    #expect(watch.reports[0].progress != nil)
    try watch.run(atMost: .seconds(3))

    server.stop()
    try watch.run(atMost: .seconds(20)) { watch.reports.contains { $0.failure != nil } }
    let failure = try #require(watch.reports.last { $0.failure != nil })
    #expect(failure.failure?.contains("Connection refused") == true)
    #expect(failure.missed.map(\.text) == ["a", "b"])
    #expect(failure.services.isEmpty)
    try watch.run(atMost: .seconds(4))
    try server.restart()
    let count = watch.reports.count
    try watch.run(atMost: .seconds(20)) {
      watch.reports.dropFirst(count).count { $0.failure == nil } >= 2
    }
    for service in ["a", "b"] {
      let seconds = watch.seconds(service)
      let first = try #require(seconds.first)
      #expect(seconds == Array(first..<first + seconds.count), "a second is missing or twice")
    }
    // Never later than the lag allows.
    let newest = try #require(watch.seconds("a").last)
    #expect(Double(newest) <= SystemClock.wallTime().seconds - 1)
  }

  @Test func withoutBackfillOnlyThePresentIsRead() throws {
    let server = try RealPrometheus(openMetrics: Present().openMetrics)
    let watch = try Watch(target(server.address) { $0.backfill = .zero })
    try watch.run(atMost: .seconds(20)) { watch.reports.count >= 2 }
    #expect(watch.seconds("a").count <= 4)
    #expect(watch.reports.allSatisfy { $0.progress == nil && $0.isCaughtUp })
  }

  /// What an earlier run knew is not read again.
  @Test func goesOnBehindWhatIsKnown() throws {
    let server = try RealPrometheus(openMetrics: Present().openMetrics)
    let known = SystemClock.wallTime() - .seconds(20)
    let watch = try Watch(target(server.address), after: known)
    try watch.run(atMost: .seconds(20)) { watch.reports.contains { $0.isCaughtUp } }
    let first = try #require(watch.seconds("a").first)
    #expect(first == Int(known.seconds) + 1)
  }

  @Test func aServerThatWasNeverThereIsDown() throws {
    let silent = SilentPort()
    let watch = try Watch(target("http://127.0.0.1:\(silent.number)"))
    try watch.run(atMost: .seconds(20)) { !watch.reports.isEmpty }
    let report = try #require(watch.reports.first)
    #expect(report.failure?.contains("Connection refused") == true)
    #expect(report.isCaughtUp && report.missed.isEmpty)
  }

  /// One of two queries is wrong: the other is read, and it is said once.
  @Test func whatIsWrongWithOneQueryIsSaidOnce() throws {
    let double = try TestService.python("prometheus_double.py")
    let watch = try Watch(target(double.url("/warned")))
    try watch.run(atMost: .seconds(20)) { watch.reports.count >= 3 }
    let problems = watch.reports.flatMap(\.problems)
    #expect(problems == ["\(double.url("/warned")): it warns: one store did not answer"])
  }

  /// Prometheus is a Go service, and here it watches itself: the set reads it, and sees its restart.
  @Test func theSetForGoReadsAGoService() throws {
    let server = try RealPrometheus(
      openMetrics: "# TYPE up gauge\nup 1 1767312000\n# EOF\n", scrapesItself: true)
    var wishes = SignalQueryPlan.Wishes()
    wishes.sets = [.go]
    let watch = try Watch(
      target(server.address) {
        $0.queries = SignalQueryPlan(wishes, step: .seconds(2))
        $0.interval = .seconds(2)
      })
    let moments = {
      watch.reports.flatMap(\.services).filter { $0.service.text.hasPrefix("self/127.0.0.1:") }
        .flatMap(\.moments)
    }
    try watch.run(atMost: .seconds(30)) { moments().count >= 3 }
    let newest = try #require(moments().last)
    let known = Dictionary(
      newest.readings.map { ($0.signal, $0.value) }, uniquingKeysWith: { first, _ in first })
    for signal in [Signal.residentMemory, .heapUsed, .heapCommitted] {
      #expect((1e6...4e9).contains(known[signal] ?? 0), "\(signal)")
    }
    #expect(known[.goroutines] ?? 0 > 5 && known[.openFileDescriptors] ?? 0 > 5)
    #expect(known[.gcCountTotal] != nil && known[.cpuSecondsTotal] != nil)
    #expect(newest.readings.contains { $0.signal == .gcPauseSecondsTotal && $0.seriesKey != 0 })
    let started = try #require(newest.incarnation?.startedAt)
    #expect((SystemClock.wallTime() - started).seconds < 60)

    server.stop()
    try server.restart()
    try watch.run(atMost: .seconds(30)) {
      moments().last.map { $0.incarnation?.identity != newest.incarnation?.identity } ?? false
    }
    let after = try #require(moments().last?.incarnation)
    #expect(after.identity != newest.incarnation?.identity)
    #expect(after.startedAt ?? started > started)
    #expect(Set(moments().map(\.incarnation?.identity)).count == 2)
  }
}
