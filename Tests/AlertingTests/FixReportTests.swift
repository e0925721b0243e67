import Testing
import TimeSeries

@testable import Alerting

@Suite struct FixReportTests {
  private static func report(figures: FixReport.Figures?) -> FixReport {
    FixReport(
      state: "still_leaking", change: "new build", since: Timestamp(seconds: 100),
      endsAt: Timestamp(seconds: 200), isWatched: true, conclusion: "still leaking: 2 B/day",
      figures: figures, madeAt: Timestamp(seconds: 150))
  }

  private static let figures = FixReport.Figures(
    slope: 2, slopeBefore: 4, share: 0.5, shareLow: 0.25, shareHigh: nil, basis: "kept",
    isPerRequest: true, loadShare: 1.5)

  @Test func anAlertWithAFixComesBackFromItsBytes() throws {
    for figures in [nil, Self.figures] {
      var alert = Alert.sample()
      // What is not a number equals nothing.
      alert.checklist = []
      alert.fix = Self.report(figures: figures)
      #expect(try Alert(stateBytes: alert.stateBytes) == alert)
      // What an older LeakWatch wrote ends before the fix.
      var before = alert
      before.fix = nil
      let old = before.stateBytes
      #expect(alert.stateBytes.starts(with: old))
      #expect(try Alert(stateBytes: old).fix == nil)
    }
  }

  @Test func theFixIsInEveryBody() {
    var alert = Alert.sample()
    #expect(String(decoding: AlertBody.webhook(alert), as: UTF8.self).contains("\"fix\":null"))
    alert.fix = Self.report(figures: Self.figures)
    #expect(
      String(decoding: AlertBody.webhook(alert), as: UTF8.self).contains(
        """
        "fix":{"state":"still_leaking","watched":true,"change":"new build","since":100,"ends_at":200,\
        "conclusion":"still leaking: 2 B/day","share":0.5,"share_low":0.25,"share_high":null,\
        "slope_bytes_per_day":2,"slope_before_bytes_per_day":4,"basis":"kept","per_request":true,\
        "load_share":1.5}
        """))
    #expect(
      AlertAnnotations.members(alert).contains {
        $0.name == "fix" && $0.value == .string("still leaking: 2 B/day")
      })
    let event = String(decoding: PagerDutyBody.event(alert), as: UTF8.self)
    #expect(event.contains("\"state\":\"still_leaking\""))
  }

  @Test func aSinkIsToldOfAFixOnce() {
    var alert = Alert.sample()
    var situation = Telling.Situation(alert: alert)
    let slot = QueuedNotification.Slot(
      sink: "s", key: alert.key, episode: alert.episode)
    situation.told = ToldAlert(
      slot: slot, severity: alert.severity, at: Timestamp(seconds: 140))
    let now = Timestamp(seconds: 160)
    #expect(Telling.decide(situation, route: AlertRoute(), now: now) == .nothing)
    alert.fix = Self.report(figures: nil)
    situation.newsAt = Telling.Situation(alert: alert).newsAt
    #expect(Telling.decide(situation, route: AlertRoute(), now: now) == .news)
    situation.told?.at = Timestamp(seconds: 151)
    #expect(Telling.decide(situation, route: AlertRoute(), now: now) == .nothing)
  }
}
