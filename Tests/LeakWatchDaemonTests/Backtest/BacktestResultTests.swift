import Alerting
import Signals
import Testing
import TimeSeries

@testable import LeakWatchDaemon

/// Sentences and marks made of what fired and what ended.
@Suite struct BacktestResultTests {
  private let grid = MomentGrid(
    start: Timestamp(milliseconds: 0), step: .minutes(1), count: 30 * 1440)

  private func record(_ name: String) -> BacktestRecord {
    BacktestRecord(
      service: ServiceName(name), plot: BacktestPlot(from: grid.start, to: grid.end))
  }

  private func hour(_ hour: Int64) -> Timestamp { Timestamp(milliseconds: hour * 3_600_000) }

  private func alert(
    _ kind: AlertKind, _ severity: Severity, _ status: Alert.Status = .firing, at moment: Timestamp
  ) -> Alert {
    Alert(
      key: AlertKey(service: ServiceName("a"), kind: kind), status: status, severity: severity,
      episode: EpisodeID(text: "e"), host: "h", startedAt: moment, at: moment, summary: "it grows",
      description: ServiceDescription(name: ServiceName("a")))
  }

  private func sentence(_ records: BacktestRecord...) -> String {
    var result = BacktestResult(grid: grid)
    result.records = records
    return result.sentence
  }

  @Test func saysHowOftenItWouldHaveRung() {
    var leaky = record("leaky")
    #expect(sentence(leaky) == "would have paged nobody in 30 days")
    leaky.note(alert(.memoryGrowth, .ticket, at: hour(10)))
    #expect(sentence(leaky) == "would have paged nobody in 30 days; besides 1 ticket")
    // More urgent after a while, and then killed.
    leaky.note(alert(.memoryGrowth, .page, at: hour(20)))
    leaky.note(.oomKill, at: hour(81))
    #expect(leaky.firings.map(\.severityText) == ["ticket → page"])
    #expect(sentence(leaky) == "would have paged once in 30 days, 2.5 d before the OOM kill")
    leaky.note(alert(.oomKill, .page, at: hour(81)))
    leaky.note(alert(.memoryGrowth, .page, .resolved, at: hour(90)))
    leaky.note(alert(.memoryGrowth, .warning, at: hour(100)))
    #expect(
      sentence(leaky)
        == "would have paged 2 times in 30 days, the first 2.5 d before the OOM kill; besides 1 warning"
    )
    #expect(leaky.firings.map(\.until) == [hour(90), nil, nil])
  }

  /// A counter of kills and a new start are one event, whichever is read first.
  @Test func aKillAndItsRestartAreOne() {
    var first = record("a")
    first.note(.restart, at: hour(5))
    first.note(.oomKill, at: hour(5) + .minutes(2))
    var second = record("b")
    second.note(.oomKill, at: hour(5))
    second.note(.restart, at: hour(5) + .minutes(1))
    second.note(.restart, at: hour(6))
    second.note(.restart, at: hour(6) + .minutes(1))
    #expect(first.endings.map(\.kind) == [.oomKill])
    #expect(second.endings.map(\.kind) == [.oomKill, .restart, .restart])
  }

  @Test func knowsWhatNothingForetold() {
    var record = record("a")
    record.note(.oomKill, at: hour(10))
    record.note(alert(.oomKill, .page, at: hour(10)))
    record.note(alert(.memoryGrowth, .page, at: hour(15)))
    record.note(.oomKill, at: hour(20))
    record.note(alert(.memoryGrowth, .page, .resolved, at: hour(23)))
    record.note(.restart, at: hour(24))
    record.note(.oomKill, at: hour(30))
    #expect(record.unforetoldKills.map(\.at) == [hour(10), hour(30)])
  }

  @Test func aPlotHasOneSizeHoweverLongThePast() {
    var plot = BacktestPlot(from: grid.start, to: grid.end)
    for index in 0..<grid.count where !(10_000..<20_000).contains(index) {
      plot.add(Double(index % 100), limit: 512, at: grid[index])
    }
    #expect(plot.columns.count == BacktestPlot.pictureWidth)
    #expect(plot.columns.reduce(0) { $0 + ($1?.count ?? 0) } == grid.count - 10_000)
    #expect(plot.columns[200] == nil)
    #expect(plot.columns[0]?.lowest == 0 && plot.columns[0]?.highest == 67)
    #expect(plot.limit == 512)
  }

  @Test func progressFitsItsLine() {
    let progress = BacktestProgress(
      total: 1000, finished: 250, elapsed: .seconds(10), at: hour(24 * 40), services: 1)
    #expect(progress.text(width: 80) == "[#####---------------] 1970-02-10, 1 service, 30 s left")
    #expect(progress.text(width: 30).count <= 30)
  }
}
