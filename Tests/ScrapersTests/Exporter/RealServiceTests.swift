import Foundation
import LinuxSystem
import Scrapers
import Signals
import TestSupport
import Testing
import TimeSeries

/// Live services and exporters, scraped as they are. One at a time: each is a whole runtime.
@Suite(.serialized) struct RealServiceTests {
  /// Lets the service allocate 300 MB of garbage and keep 20 MB, then scrapes it.
  private func scrapeAtWork(_ service: TestService, collect: Bool = false) throws -> ExporterReport
  {
    _ = try fetch(service.url("/work?garbage=300000&keep=20000"))
    if collect { _ = try fetch(service.url("/gc")) }
    let target = ExporterTarget(service.url("/metrics"))
    let report = try ScraperHarness().scrape(target)
    #expect(report.result?.isUp == true, "\(report.result?.failure ?? "")")
    #expect(report.problem == nil)
    return report
  }

  /// The service was started by this test, not long ago.
  private func expectFreshLife(_ report: ExporterReport) throws {
    let start = try #require(report.result?.incarnation?.startedAt)
    let now = SystemClock.wallTime()
    #expect(start > now - .minutes(10) && start < now + .seconds(2))
  }

  private func expectPauses(_ report: ExporterReport) {
    let pauses = report.readings(of: .gcPauseSecondsTotal)
    #expect(!pauses.isEmpty)
    #expect(pauses.allSatisfy { $0.value >= 0 && $0.value < 60 && $0.seriesKey != 0 })
    #expect(pauses.reduce(0) { $0 + $1.value } > 0)
    #expect(report.values[.gcCountTotal] ?? 0 >= 1)
  }

  static let virtualMachine: Set<Signal> = [
    .gcPauseSecondsTotal, .gcCountTotal, .heapUsed, .heapLive, .heapCommitted, .heapLimit,
    .offHeap, .threads,
  ]

  static let libraries: [(name: String, runtime: ServiceRuntime, others: Set<Signal>)] = [
    ("micrometer", .jvmMicrometer, [.openFileDescriptors, .startTimeSeconds, .requestsTotal]),
    (
      "client_java", .jvmClientJava,
      [.openFileDescriptors, .startTimeSeconds, .cpuSecondsTotal, .residentMemory]
    ),
    ("opentelemetry", .jvmOpenTelemetry, [.requestsTotal]),
  ]

  @Test(arguments: libraries)
  func aJVM(library: String, runtime: ServiceRuntime, others: Set<Signal>) throws {
    let service = try MetricsService.java(library)
    let report = try scrapeAtWork(service, collect: true)
    #expect(report.recognised == runtime)
    #expect(Set((report.result?.readings ?? []).map(\.signal)) == Self.virtualMachine.union(others))
    expectPauses(report)
    let live = report.values[.heapLive] ?? 0
    #expect(live > 20e6 && live < 60e6)
    #expect(report.values[.heapUsed] ?? 0 >= live * 0.99)
    #expect(report.values[.heapLimit] ?? 0 > 100e6)
    #expect(report.values[.heapLimit] ?? 0 <= 134_217_728)
    if others.contains(.startTimeSeconds) { try expectFreshLife(report) }
    #expect(report.values[.requestsTotal] == (others.contains(.requestsTotal) ? 1 : nil))
  }

  @Test func node() throws {
    let report = try scrapeAtWork(try MetricsService.node())
    #expect(report.recognised == .node)
    #expect(
      Set((report.result?.readings ?? []).map(\.signal)) == [
        .gcPauseSecondsTotal, .gcCountTotal, .heapUsed, .heapCommitted, .offHeap,
        .residentMemory, .cpuSecondsTotal, .startTimeSeconds, .openFileDescriptors,
        .requestsTotal,
      ])
    expectPauses(report)
    #expect(report.values[.heapUsed] ?? 0 > 20e6)
    try expectFreshLife(report)
  }

  @Test func python() throws {
    let service = try MetricsService.python()
    let report = try ScraperHarness().scrape(ExporterTarget(service.url("/metrics")))
    #expect(report.recognised == .python)
    #expect(report.values[.requestsTotal] == 3)
    #expect(report.values[.gcCountTotal] ?? 0 >= 1)
    #expect(report.values[.uncollectableObjects] == 0)
    #expect(report.values[.residentMemory] ?? 0 > 5e6)
    try expectFreshLife(report)
  }

  @Test(.enabled(if: MetricsService.hasGo, "needs golang-go and client_golang"))
  func go() throws {
    let folder = try TemporaryFolder()
    let report = try scrapeAtWork(try MetricsService.go(in: folder))
    #expect(report.recognised == .go)
    #expect(
      Set((report.result?.readings ?? []).map(\.signal)) == [
        .gcPauseSecondsTotal, .gcCountTotal, .heapUsed, .heapCommitted, .residentMemory,
        .cpuSecondsTotal, .startTimeSeconds, .openFileDescriptors, .requestsTotal, .goroutines,
        .threads,
      ])
    expectPauses(report)
    #expect(report.values[.requestsTotal] == 1)
    #expect(report.values[.heapUsed] ?? 0 > 20e6)
    try expectFreshLife(report)
  }

  @Test func prometheusAndItsNodeExporter() throws {
    let folder = try TemporaryFolder()
    let configuration = folder.url.appendingPathComponent("prometheus.yml")
    try "scrape_configs: []\n".write(to: configuration, atomically: true, encoding: .utf8)
    let (port, exporterPort) = (freeLoopbackPort(), freeLoopbackPort())
    let exporter = try Program("prometheus-node-exporter", package: "prometheus-node-exporter")
      .start(
        ["--web.listen-address=127.0.0.1:\(exporterPort)"],
        log: folder.url.appendingPathComponent("exporter.log"))
    defer { exporter.terminate() }
    let prometheus = try Program("prometheus", package: "prometheus").start(
      [
        "--config.file=\(configuration.path)", "--web.listen-address=127.0.0.1:\(port)",
        "--storage.tsdb.path=\(folder.url.appendingPathComponent("data").path)",
      ], log: folder.url.appendingPathComponent("prometheus.log"))
    defer { prometheus.terminate() }

    for port in [exporterPort, port] {
      let report = try firstSuccess("http://127.0.0.1:\(port)/metrics")
      #expect(report.recognised == .go)
      #expect(report.problem == nil)
      #expect(report.sampleCount > 100 && report.keptCount < report.sampleCount / 2)
      #expect(report.values[.goroutines] ?? 0 > 2)
      #expect(report.values[.heapUsed] ?? 0 > 1e5)
      #expect(report.values[.residentMemory] ?? 0 > 1e6)
      try expectFreshLife(report)
    }
  }

  /// A program that is still starting refuses connections at first.
  private func firstSuccess(_ url: String) throws -> ExporterReport {
    let harness = try ScraperHarness()
    let target = ExporterTarget(url, interval: 0.2)
    harness.use([target])
    try harness.run(atMost: .seconds(60)) { harness.reports.contains { $0.result?.isUp == true } }
    return try #require(harness.reports.first { $0.result?.isUp == true })
  }
}
