import Alerting
import Detectors
import Engine
import Formats
import Testing
import TimeSeries
import WatchConfiguration

@testable import LeakWatchDaemon

@Suite struct WiringTests {
  @Test func theDefaultWindowsAreADayInBucketsAndTwoWeeksOfHours() {
    #expect(WindowShape(Configuration.Windows()) == .standard)
  }

  @Test func shortenedWindowsKeepAtLeastOneBucketAndOneFloor() {
    var windows = Configuration.Windows()
    windows.span = .seconds(24)
    windows.floorSpan = .seconds(60)
    let shape = WindowShape(windows)
    #expect(shape.bucketWidth == .seconds(0.25))
    #expect(shape.floorWidth == .seconds(2.5))
    #expect(shape.floorCount == 24)
  }

  @Test func theDefaultDemandsOnGrowthAreTheDetectors() {
    #expect(GrowthThresholds(Configuration.MemoryGrowth()) == GrowthThresholds())
  }

  @Test func rulesThatAreOffReachTheEngineAsNil() {
    var configuration = Configuration()
    configuration.rules.gcPause.isEnabled = false
    let settings = EngineSettings(configuration, host: "h")
    #expect(settings.gcPause == nil)
    #expect(settings.growthRule == nil)
    #expect(settings.oomImminent?.severity == .page)
    #expect(settings.oomKill?.timing.keepFiring == .hours(1))
  }

  @Test func sparklinesGoFromTheLowestToTheHighest() {
    #expect(Sparkline.draw([], width: 5) == "")
    #expect(Sparkline.draw([3, 3], width: 5) == "▁▁")
    #expect(Sparkline.draw([0, 1, 2, 3, 4, 5, 6, 7], width: 8) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.draw([0, 0, 7, 7], width: 2) == "▁█")
  }

  @Test func aTraceIsEvaluatedOnItsOwnClock() throws {
    var configuration = Configuration()
    configuration.rules.growthRule.isEnabled = true
    var replay = TraceReplay(
      service: ServiceName("api"), settings: EngineSettings(configuration, host: "h"),
      evaluatingEvery: .minutes(10))
    let lines = (0..<300).map { "\($0 * 60),\(100_000_000 + $0 * 100_000)\n" }
    let text = "t_seconds,mem_current\n" + lines.joined()
    let rows = try TraceFile(Array(text.utf8).span).rows
    var changes: [String] = []
    replay.run(rows) { happening in
      guard case .transition(let change) = happening else { return }
      changes.append("\(change.at.seconds) \(change.to.rawValue)")
    }
    #expect(changes == ["600.0 pending", "4200.0 firing"])
    #expect(replay.summary.samples == 300)
    #expect(replay.summary.firstFiring[.growthRule] == Timestamp(milliseconds: 4_200_000))
  }

  @Test func statusSentencesSayWhoGrowsAndWhenItEnds() {
    var configuration = Configuration()
    configuration.rules.oomImminent.holdDuration = .zero
    var engine = Engine(settings: EngineSettings(configuration, host: "h"))
    #expect(StatusSentence.describe(engine.overview()) == "0 services, none growing")
    let mebibyte = 1_048_576.0
    for minute in 0..<20 {
      let now = Timestamp(milliseconds: Int64(minute) * 60_000)
      for (name, rate) in [("api", 8.0), ("web", 0)] {
        let result = ScrapeResult(
          service: ServiceName(name), source: .cgroup, timestamp: now, incarnation: nil,
          readings: [
            Reading(.memoryAnon, (300 + Double(minute) * rate) * mebibyte),
            Reading(.memoryLimit, 512 * mebibyte),
          ])
        _ = engine.handle(.scraped(result), at: now)
      }
      _ = engine.handle(.evaluate, at: now)
    }
    #expect(
      StatusSentence.describe(engine.overview(), note: "a note")
        == "2 services, 1 growing: api +11 GiB/day, limit in 7 min 30 s; a note")
  }
}
