import Testing
import TimeSeries

@testable import Alerting

/// Every situation that can be, against what must hold in each.
@Suite struct TellingTests {
  static let now = Timestamp(milliseconds: 1_795_341_600_000)
  static let severities: [Severity?] = [nil, .ticket, .page]

  /// All combinations of what decides.
  static func each(_ body: (Telling.Situation, AlertRoute) -> Void) {
    for status in [Alert.Status.firing, .resolved] {
      for severity in Severity.allCases {
        for told in severities {
          for queued in severities {
            for bits in 0..<64 {
              let has = { (bit: Int) in bits >> bit & 1 == 1 }
              let alert = Alert.sample(status: status, severity: severity)
              var situation = Telling.Situation(alert: alert)
              let slot = QueuedNotification.Slot(
                sink: "a", key: alert.key, episode: alert.episode)
              situation.isKnown = has(0)
              situation.firesStill = has(1)
              situation.isSilenced = has(2)
              situation.told = told.map {
                ToldAlert(slot: slot, severity: $0, at: now - .hours(1), isCertain: has(3))
              }
              situation.queued = queued.map {
                QueuedState(
                  episode: alert.episode, status: has(4) ? .firing : .resolved,
                  severity: $0, queuedAt: now)
              }
              let route = AlertRoute(
                severities: has(5) ? [.page] : Set(Severity.allCases),
                sendsResolved: !has(4), repeatInterval: has(5) ? .minutes(30) : nil)
              body(situation, route)
            }
          }
        }
      }
    }
  }

  @Test func nothingSilencedIsToldAndNoEndThatNobodyWants() {
    Self.each { situation, route in
      let telling = Telling.decide(situation, route: route, now: Self.now)
      if situation.isSilenced { #expect(telling == .nothing) }
      if situation.status == .resolved, !route.sendsResolved { #expect(telling == .nothing) }
      if situation.status == .firing, !route.takes(situation.key, situation.severity) {
        #expect(telling == .nothing)
      }
    }
  }

  @Test func theEndIsToldExactlyWhereTheBeginningMayBeKnown() {
    Self.each { situation, route in
      guard situation.status == .resolved, !situation.isSilenced, route.sendsResolved,
        situation.isKnown, situation.queued?.status != .resolved
      else { return }
      let isOpen = situation.told != nil || situation.queued != nil
      #expect((Telling.decide(situation, route: route, now: Self.now) == .news) == isOpen)
    }
  }

  @Test func aSecondLookAfterTheQueueTookItTellsNothing() {
    Self.each { situation, route in
      guard Telling.decide(situation, route: route, now: Self.now) != .nothing else { return }
      var queued = situation
      queued.queued = QueuedState(
        episode: Alert.sample().episode, status: situation.status, severity: situation.severity,
        queuedAt: Self.now)
      #expect(Telling.decide(queued, route: route, now: Self.now) == .nothing)
    }
  }

  @Test func evidenceIsNewsToWhoeverWasToldWithoutIt() {
    var alert = Alert.sample()
    var situation = Telling.Situation(alert: alert)
    let slot = QueuedNotification.Slot(sink: "a", key: alert.key, episode: alert.episode)
    let decide = { (situation: Telling.Situation) in
      Telling.decide(situation, route: AlertRoute(), now: Self.now)
    }
    situation.told = ToldAlert(slot: slot, severity: .page, at: Self.now - .hours(1))
    #expect(decide(situation) == .nothing)
    alert.evidence = .sample(madeAt: Self.now - .minutes(1))
    situation.newsAt = Telling.Situation(alert: alert).newsAt
    #expect(decide(situation) == .news)
    situation.queued = QueuedState(
      episode: alert.episode, status: .firing, severity: .page,
      queuedAt: Self.now - .minutes(2))
    #expect(decide(situation) == .news, "what waits was worded before it")
    situation.queued?.queuedAt = Self.now
    #expect(decide(situation) == .nothing)
    situation.queued = nil
    situation.told?.at = Self.now
    #expect(decide(situation) == .nothing)
  }

  @Test func onlyWhatWasToldForCertainIsToldAgain() {
    Self.each { situation, route in
      guard case .again(let since) = Telling.decide(situation, route: route, now: Self.now) else {
        return
      }
      #expect(situation.told?.isCertain == true)
      #expect(since == situation.told?.at)
      #expect(situation.queued?.status != .firing)
      #expect(route.repeatInterval != nil && situation.firesStill)
    }
  }
}

@Suite struct SilenceListTests {
  static let now = TellingTests.now

  static func silence(
    _ id: Int64, _ services: String, _ kind: AlertKind? = nil, minutes: Int64 = 10
  ) -> Silence {
    Silence(
      id: id, services: ServicePattern(services), kind: kind, reason: "r", author: "root",
      begunAt: now, endsAt: now + .minutes(minutes))
  }

  @Test func theOneThatEndsLastCounts() {
    let list = SilenceList([
      Self.silence(2, "api", minutes: 5), Self.silence(1, "a*"), Self.silence(3, "web"),
    ])
    let key = AlertKey(service: ServiceName("api"), kind: .oomKill)
    #expect(list.covering(key, at: Self.now)?.id == 1)
    #expect(list.covering(key, at: Self.now + .minutes(10)) == nil)
    #expect(list.covering(ServiceName("api"), at: Self.now).map(\.id) == [1, 2])
    #expect(list.nextEnd == Self.now + .minutes(5))
  }

  @Test func aKindIsSilencedAlone() {
    let list = SilenceList([Self.silence(1, "*", .gcPause)])
    for kind in AlertKind.allCases {
      let key = AlertKey(service: ServiceName("api"), kind: kind)
      #expect((list.covering(key, at: Self.now) != nil) == (kind == .gcPause))
    }
  }

  @Test func eachEndsOnce() {
    var list = SilenceList([Self.silence(1, "a", minutes: 1), Self.silence(2, "b")])
    #expect(list.removeEnded(at: Self.now) == [])
    #expect(list.removeEnded(at: Self.now + .minutes(1)).map(\.id) == [1])
    #expect(list.end(1) == nil)
    #expect(list.end(2)?.id == 2)
    #expect(list.isEmpty && list.nextEnd == nil)
  }
}
