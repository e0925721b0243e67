import Testing
import TimeSeries

@testable import LeakWatchDaemon

@Suite struct ReplayProgressTests {
  @Test func itSaysHowFarHowLongAndWhere() {
    let progress = ReplayProgress(
      total: 300, finished: 120, elapsed: .seconds(27), current: "leak_req_017")
    #expect(
      progress.text(width: 80)
        == "[########------------] 120 of 300 traces, 41 s left, leak_req_017")
  }

  @Test func theFirstGuessWaits() {
    var progress = ReplayProgress(total: 3, finished: 0, elapsed: .seconds(9), current: "a")
    #expect(progress.text(width: 80) == "[--------------------] 0 of 3 traces, a")
    progress.finished = 1
    progress.elapsed = .seconds(0.9)
    #expect(progress.text(width: 80) == "[######--------------] 1 of 3 traces, a")
    progress.elapsed = .seconds(1)
    #expect(progress.text(width: 80) == "[######--------------] 1 of 3 traces, 2 s left, a")
  }

  @Test func theEndHasNoTimeLeft() {
    let progress = ReplayProgress(total: 2, finished: 2, elapsed: .seconds(60), current: nil)
    #expect(progress.text(width: 80) == "[####################] 2 of 2 traces")
  }

  @Test func itNeverWraps() {
    let progress = ReplayProgress(
      total: 300, finished: 120, elapsed: .seconds(27), current: "漢字漢字漢字\u{1B}[2J")
    for width in 0..<90 { #expect(progress.text(width: width).displayColumns <= width) }
    #expect(progress.text(width: 56).hasSuffix("41 s left, 漢…"))
    #expect(!progress.text(width: 90).contains("\u{1B}"))
  }
}
