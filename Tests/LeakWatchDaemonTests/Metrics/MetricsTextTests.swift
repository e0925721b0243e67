import Foundation
import LinuxSystem
import TestSupport
import Testing
import TimeSeries

@testable import Engine
@testable import LeakWatchDaemon

/// Our own metrics as text; whole ones of a daemon are read by promtool in `WebTests`.
@Suite struct MetricsTextTests {
  @Test func labelsAreEscapedAndNumbersAreExact() {
    var text = MetricsText()
    text.family("x", .gauge, "Help.")
    text.sample("x", [("service", "a\"b\\c\nd"), ("e", "ü")], 0.1)
    text.sample("x", [], 9_007_199_254_740_991)
    text.sample("x", [], .infinity)
    text.single("y_total", .counter, "Unknown.", nil)
    #expect(
      text.text == """
        # HELP x Help.
        # TYPE x gauge
        x{service="a\\"b\\\\c\\nd",e="ü"} 0.1
        x 9007199254740991.0
        x +Inf

        """)
  }

  @Test func whatFailsIsAFigure() {
    var facts = DaemonFacts.atRest
    facts.tally.rejection = .init(at: facts.now, mistakes: 2)
    facts.tally.noteScrape(of: .exporter, isUp: false)
    facts.tally.noteScrape(of: .exporter, isUp: true)
    facts.tally.noteEvaluation(at: facts.now, seconds: 0.5)
    facts.targets = [.init(kind: .exporter, up: 1, down: 1)]
    var record = DeliveryTally.SinkRecord()
    (record.delivered, record.postponed, record.givenUp) = (5, 3, 1)
    record.trouble = "the receiver answered 500"
    facts.sinks = [.init(name: "pager", waiting: 7, record: record)]
    facts.windows.leftOut = LeftOut(services: 2, series: 9, example: ServiceName("api"))
    var text = MetricsText()
    text.add(facts, process: ProcessFigures(cpuSeconds: 1.5))
    let lines = Set(text.text.split(separator: "\n").map(String.init))
    for line in [
      "leakwatch_config_last_reload_successful 0",
      "leakwatch_scrapes_total{source=\"exporter\"} 2",
      "leakwatch_scrape_failures_total{source=\"exporter\"} 1",
      "leakwatch_targets{source=\"exporter\",state=\"down\"} 1",
      "leakwatch_evaluation_duration_seconds_sum 0.5",
      "leakwatch_evaluation_duration_seconds_count 1",
      "leakwatch_outbox_notifications{sink=\"pager\"} 7", "leakwatch_sink_up{sink=\"pager\"} 0",
      "leakwatch_deliveries_total{sink=\"pager\"} 5",
      "leakwatch_delivery_failures_total{sink=\"pager\"} 4",
      "leakwatch_deliveries_given_up_total{sink=\"pager\"} 1",
      "leakwatch_windows_series_left_out 9", "process_cpu_seconds_total 1.5",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    // Unknown is absent, never zero.
    #expect(!text.text.contains("process_resident_memory_bytes"))
  }

  /// docs/page.md has a table of them.
  @Test func everyMetricIsInTheDocumentAndNoOther() throws {
    var facts = DaemonFacts.atRest
    facts.tally.noteEvaluation(at: facts.now, seconds: 0.5)
    var text = MetricsText()
    text.add(facts, process: ProcessFigures.read())
    text.add([], firing: [])
    let ours = Set(text.text.matches(of: /# TYPE (\w+)/).map { String($0.1) })
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../docs/page.md")
    let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .filter { $0.hasPrefix("| `leakwatch_") || $0.hasPrefix("| `process_") }
    let names = rows.flatMap { row in
      row.split(separator: "|")[0].matches(of: /`(\w+)`/).map { String($0.1) }
    }
    #expect(Set(names) == ours)
    #expect(names.count == ours.count)
  }

  @Test func ownFiguresAreRead() throws {
    let figures = ProcessFigures.read()
    let resident = try #require(figures.residentBytes)
    let anonymous = try #require(figures.anonymousBytes)
    let virtual = try #require(figures.virtualBytes)
    #expect(anonymous < resident && resident < virtual)
    #expect(figures.cpuSeconds > 0)
    #expect(try #require(figures.openDescriptors) > 2)
    #expect(try #require(figures.maximumDescriptors) > 2)
  }
}

extension DaemonFacts {
  /// A daemon with nothing to watch and nothing wrong.
  static var atRest: DaemonFacts {
    let now = Timestamp(seconds: 1_764_000_000)
    return DaemonFacts(
      host: "web-7", now: now, startedAt: now - .hours(1), configurationPath: "/etc/c.toml",
      tally: DaemonTally(configuredAt: now - .hours(1)), targets: [], outages: [], sinks: [],
      outboxTrouble: nil,
      windows: Windows(series: 0, seriesLimit: 10, bytesPerSeries: 5000, limitBytes: 50_000),
      firing: [], replies: [:], patience: .minutes(2), unready: nil)
  }
}
