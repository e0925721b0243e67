import Foundation
import LinuxSystem
import Scrapers
import Signals
import TestSupport
import Testing
import TimeSeries

/// What a scrape of a target that misbehaves comes to.
@Suite struct HostileTargetTests {
  let server: TestService

  init() throws {
    server = try TestService.python("misbehaving.py")
  }

  private func scrape(
    _ path: String, _ change: (inout ExporterTarget) -> Void = { _ in }
  ) throws -> ExporterReport {
    var target = ExporterTarget(server.url(path))
    change(&target)
    return try ScraperHarness().scrape(target)
  }

  static let failures: [(path: String, reason: String)] = [
    ("/500", "the target answered 500"),
    ("/404", "the target answered 404; check the path of this target"),
    ("/429", "the target answered 429"),
    (
      "/redirect",
      "the target answered 302, a redirect to /metrics; redirects are not followed, "
        + "name the final address"
    ),
    ("/hang", "timed out after 500 ms while waiting for the first byte of the reply"),
    ("/drip", "timed out after 500 ms while receiving the reply"),
    ("/endless-body", "the body is larger than the limit of 1 MiB"),
    ("/gzip-bomb", "the body is larger than the limit of 1 MiB"),
    ("/long-line", "the body is larger than the limit of 1 MiB"),
    ("/million", "the body is larger than the limit of 1 MiB"),
    ("/endless-headers", "the response headers are larger than the limit of 64 KiB"),
    ("/endless-header-line", "the response headers are larger than the limit of 64 KiB"),
    (
      "/close-mid-body",
      "the connection was lost before the reply was complete: "
        + "transfer closed with * bytes remaining to read"
    ),
    (
      "/truncated-chunks",
      "the connection was lost before the reply was complete: "
        + "transfer closed with outstanding read data remaining"
    ),
    (
      "/close-at-once",
      "the connection was lost before the reply was complete: Empty reply from server"
    ),
    (
      "/html",
      "the reply holds no metrics (Content-Type text/html); is the path right? line 1, column 1: *"
    ),
    (
      "/protobuf",
      "the reply holds no metrics (Content-Type application/vnd.google.protobuf); "
        + "is the path right? line *"
    ),
    (
      "/garbage", "the reply holds no metrics (Content-Type text/plain*); is the path right? line *"
    ),
  ]

  @Test(arguments: failures)
  func fails(path: String, reason: String) throws {
    let report = try scrape(path) {
      $0.maximumBodyBytes = 1 << 20
      if reason.hasPrefix("timed out") { $0.timeout = .seconds(0.5) }
    }
    let result = try #require(report.result)
    #expect(!result.isUp)
    #expect(result.readings.isEmpty && result.incarnation == nil)
    #expect((result.failure ?? "").matches(pattern: reason), "\(result.failure ?? "")")
  }

  @Test func failsOverTheSampleLimit() throws {
    let failure = try scrape("/many-kept") { $0.sampleLimit = 50_000 }.result?.failure
    #expect(failure == "more than 50000 samples would be kept (sample_limit)")
    #expect(try scrape("/many-kept") { $0.sampleLimit = 60_000 }.result?.isUp == true)
  }

  @Test func droppedSeriesDoNotCount() throws {
    let report = try scrape("/million") { $0.maximumBodyBytes = 64 << 20 }
    #expect(report.result?.isUp == true)
    #expect(report.sampleCount == 1_000_003)
    #expect(report.keptCount == 3)
    #expect(report.values[.residentMemory] == 12_345_678)
  }

  @Test func anAbsurdLineDoesNotHideTheRest() throws {
    let report = try scrape("/long-line") { $0.maximumBodyBytes = 128 << 20 }
    #expect(report.result?.isUp == false)
    #expect(report.result?.failure?.contains("line 1, column") == true)
  }

  @Test(arguments: ["/metrics", "/gzip", "/no-type"])
  func readsWhatIsWellFormed(path: String) throws {
    let report = try scrape(path)
    let start = Timestamp(milliseconds: 1_763_900_000_500)
    #expect(report.result?.isUp == true)
    #expect(
      report.values == [.residentMemory: 12_345_678, .startTimeSeconds: 1_763_900_000.5])
    #expect(report.result?.incarnation?.startedAt == start)
    #expect(report.recognised == .python)
    #expect(report.problem == nil)
  }

  @Test func anEmptyBodyIsAGoodScrapeOfNothing() throws {
    let report = try scrape("/empty")
    #expect(report.result?.isUp == true)
    #expect(report.result?.readings.isEmpty == true)
  }

  @Test func oneBadLineCostsThatLine() throws {
    let report = try scrape("/garbage-line")
    #expect(report.values[.residentMemory] == 12_345_678)
    let problem = report.problem ?? ""
    #expect(problem.hasPrefix("\(server.url("/garbage-line")): line 1, column 1: "))
    #expect(problem.hasSuffix("; the other lines are read"))
  }

  @Test func aSeriesGivenTwiceKeepsItsFirstValue() throws {
    let report = try scrape("/duplicate")
    #expect(report.values[.residentMemory] == 12_345_678)
    #expect(report.problem?.contains("line 8, column 1: ") == true)
  }

  @Test func notANumberIsAbsent() throws {
    let report = try scrape("/nan")
    #expect(report.result?.isUp == true)
    #expect(report.values == [.startTimeSeconds: 1_763_900_000.5])
  }

  @Test func aSilentTLSServerTimesOut() throws {
    var target = ExporterTarget(server.url("/metrics", scheme: "https"), timeout: 0.5)
    target.interval = .seconds(1)
    let failure = try ScraperHarness().scrape(target).result?.failure
    #expect(failure == "timed out after 500 ms while in the TLS handshake")
  }

  /// The next one due does not wait for the end of one that is slow.
  @Test func manyThatHangDelayNoOther() throws {
    var targets = (0..<200).map { index in
      ExporterTarget(server.url("/hang?\(index)"), service: "hangs", interval: 0.5, timeout: 60)
    }
    targets.append(ExporterTarget(server.url("/metrics"), service: "healthy", interval: 0.5))
    let harness = try ScraperHarness()
    harness.use(targets)
    let healthy = { harness.reports.compactMap(\.result).count { $0.service.text == "healthy" } }
    try harness.run(atMost: .seconds(60)) { healthy() >= 4 }
    #expect(healthy() >= 4)
    #expect(harness.reports.count { $0.problem != nil } >= 200, "each says once that it is skipped")
  }

  @Test func aHealthyTargetKeepsItsCadenceAmongHostileOnes() throws {
    let hostile = [
      "/500", "/hang", "/drip", "/endless-body", "/gzip-bomb", "/garbage", "/close-mid-body",
      "/truncated-chunks", "/endless-headers", "/redirect",
    ]
    var targets = (0..<20).map { index in
      ExporterTarget(
        server.url(hostile[index % hostile.count] + "?\(index)"), service: "hostile", interval: 1,
        timeout: 0.9)
    }
    for index in targets.indices { targets[index].maximumBodyBytes = 1 << 20 }
    targets.append(ExporterTarget(server.url("/metrics"), service: "healthy", interval: 1))
    let harness = try ScraperHarness()
    harness.use(targets)
    try harness.run(atMost: .seconds(8))
    let results = harness.reports.compactMap(\.result)
    let healthy = results.filter { $0.service.text == "healthy" }
    // Eight are due. Two fewer would still be a cadence; being held up would leave one or none.
    #expect(healthy.count >= 6 && healthy.allSatisfy(\.isUp))
    #expect(results.contains { $0.service.text == "hostile" })
    #expect(results.allSatisfy { $0.service.text == "healthy" || !$0.isUp })
  }
}

extension String {
  /// An asterisk stands for anything.
  fileprivate func matches(pattern: String) -> Bool {
    var rest = self[...]
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      guard let found = part.isEmpty ? rest.startIndex..<rest.startIndex : rest.firstRange(of: part)
      else { return false }
      if index == 0, found.lowerBound != rest.startIndex { return false }
      rest = rest[found.upperBound...]
    }
    return parts.last?.isEmpty == true || rest.isEmpty
  }
}
