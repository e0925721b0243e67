import Alerting
import Testing
import TimeSeries

@testable import Delivery

/// Which sink is told of what, and how often, with time under the test's hand.
@Suite struct RoutingTests {
  let world = World()
  let outbox = MemoryOutbox()

  func start(_ routes: [String: AlertRoute]) -> Courier {
    let courier = world.courier(outbox: outbox)
    for name in routes.keys { world.answers[name] = { _ in .answered(status: 200) } }
    courier.start(
      sinks: routes.sorted { $0.key < $1.key }.map { name, route in
        var sink = PlainSink(name: name)
        sink.route = route
        return sink
      })
    return courier
  }

  func story(_ sink: String) -> [String] {
    world.sent.filter { $0.sink == sink }.map { "\(Int($0.second)) \($0.id)" }
  }

  @Test func eachSinkGetsItsSeveritiesRulesAndServices() {
    let courier = start([
      "pages": AlertRoute(severities: [.page]),
      "tickets": AlertRoute(severities: [.ticket], services: [ServicePattern("api*")]),
      "kills": AlertRoute(kinds: [.oomKill]),
    ])
    courier.notify([
      .sample("api"), .sample("api-2", severity: .ticket), .sample("web", severity: .ticket),
    ])
    #expect(story("pages") == ["0 api/firing"])
    #expect(story("tickets") == ["0 api-2/firing"])
    #expect(story("kills") == [])
  }

  @Test func whoeverWasToldOfTheBeginningIsToldOfTheEnd() {
    let courier = start([
      "tickets": AlertRoute(severities: [.ticket]), "pages": AlertRoute(severities: [.page]),
    ])
    courier.notify([.sample("api", severity: .ticket)])
    courier.notify([.sample("api", severity: .page)])
    courier.notify([.sample("api", .resolved, severity: .page)])
    #expect(story("tickets") == ["0 api/firing", "0 api/resolved"])
    #expect(story("pages") == ["0 api/firing", "0 api/resolved"])
    #expect(outbox.told.isEmpty)
    #expect(outbox.alerts.isEmpty)
  }

  @Test func whatASinkWasNotToldOfIsNotEndedThere() {
    let courier = start(["pages": AlertRoute(severities: [.page])])
    courier.notify([.sample("api", severity: .ticket)])
    courier.notify([.sample("api", .resolved, severity: .ticket)])
    #expect(world.sent == [])
    #expect(outbox.alerts.isEmpty)
  }

  @Test func withoutSendResolvedTheEndIsForgotten() {
    let courier = start(["pager": AlertRoute(sendsResolved: false)])
    courier.notify([.sample()])
    courier.notify([.sample("api", .resolved)])
    #expect(story("pager") == ["0 api/firing"])
    #expect(outbox.told.isEmpty && outbox.alerts.isEmpty)
  }

  /// An alert that an older LeakWatch told, of which this one's state knows nothing.
  @Test func theEndOfAnUnknownBeginningIsTold() {
    let courier = start(["pager": AlertRoute()])
    courier.notify([.sample("api", .resolved)])
    #expect(story("pager") == ["0 api/resolved"])
  }

  @Test func whatFiresStillIsToldAgainUnderAnIDOfItsOwn() {
    let courier = start(["pager": AlertRoute(repeatInterval: .hours(1))])
    courier.notify([.sample()])
    for _ in 0..<150 {
      world.pass(.minutes(1))
      courier.confirm(firing: [Alert.sample().key])
    }
    #expect(story("pager") == ["0 api/firing", "3600 api/firing", "7200 api/firing"])
    #expect(Set(world.requests.compactMap { $0.header("webhook-id") }).count == 3)
    courier.notify([.sample("api", .resolved)])
    world.pass(.hours(3))
    courier.confirm(firing: [])
    #expect(story("pager").last == "9000 api/resolved")
  }

  @Test func aRepeatHasTheWordsOfItsMoment() {
    let courier = start(["pager": AlertRoute(repeatInterval: .hours(1))])
    courier.notify([.sample(), .sample("web")])
    courier.confirm(firing: [Alert.sample().key])
    #expect(courier.wishedWords(within: .minutes(1)) == [])
    world.pass(.minutes(59))
    #expect(courier.wishedWords(within: .minutes(1)) == [Alert.sample().key])
    var newer = Alert.sample()
    newer.summary = "newer"
    courier.reword(newer)
    courier.reword(.sample("gone"))
    world.pass(.minutes(1))
    world.answers["pager"] = { _ in .failed(reason: "refused") }
    courier.confirm(firing: [Alert.sample().key])
    #expect(outbox.rows.map(\.summary) == ["newer"])
  }

  @Test func aRestartKeepsTheRhythmOfRepeats() {
    let routes = ["pager": AlertRoute(repeatInterval: .hours(1))]
    var courier: Courier? = start(routes)
    courier?.notify([.sample()])
    world.pass(.minutes(40))
    courier = nil
    let second = start(routes)
    second.confirm(firing: [Alert.sample().key])
    #expect(story("pager").count == 1)
    world.pass(.minutes(20))
    second.confirm(firing: [Alert.sample().key])
    #expect(story("pager") == ["0 api/firing", "3600 api/firing"])
  }

  @Test func repeatsDoNotPileUpBeforeADeadSink() {
    let courier = start(["pager": AlertRoute(repeatInterval: .minutes(1))])
    courier.notify([.sample()])
    world.answers["pager"] = { _ in .failed(reason: "refused") }
    for _ in 0..<60 {
      world.pass(.minutes(1))
      courier.confirm(firing: [Alert.sample().key])
      #expect(courier.waitingCounts["pager", default: 0] <= 1)
    }
    #expect(outbox.rows.count == 1)
  }

  @Test func aClockPutBackDelaysNoRepeat() {
    let courier = start(["pager": AlertRoute(repeatInterval: .hours(1))])
    courier.notify([.sample()])
    world.putClockBack(by: .days(3))
    courier.confirm(firing: [Alert.sample().key])
    #expect(world.sent.count == 2)
  }

  /// What a crash between two records repeats is told to nobody twice.
  @Test func theSameWordTwiceIsToldOnce() {
    let courier = start(["pager": AlertRoute()])
    courier.notify([.sample()])
    courier.notify([.sample()])
    #expect(story("pager") == ["0 api/firing"])
  }

  /// After a crash the rules may begin an episode anew: the one before it must not stay open.
  @Test func anEpisodeWhoseEndWasLostEndsWithTheNextBeginning() {
    let courier = start(["pager": AlertRoute()])
    courier.notify([.sample()])
    courier.notify([.sample("api", episode: "ep-2")])
    #expect(story("pager") == ["0 api/firing", "0 api/resolved", "0 api/firing"])
    courier.notify([.sample("api", .resolved, episode: "ep-2")])
    #expect(story("pager").count == 4)
    #expect(outbox.told.isEmpty && outbox.alerts.isEmpty && outbox.rows == [])
  }

  @Test func aSinkThatIsAddedLearnsWhatFires() {
    let courier = start(["a": AlertRoute()])
    world.answers["b"] = { _ in .answered(status: 200) }
    courier.notify([.sample(), .sample("web")])
    courier.notify([.sample("web", .resolved)])
    courier.use(sinks: [PlainSink(name: "a"), PlainSink(name: "b")])
    #expect(story("b") == ["0 api/firing"])
    courier.use(sinks: [PlainSink(name: "b")])
    #expect(outbox.told.keys.map(\.sink) == ["b"])
  }

  @Test func whatNothingConfirmsIsForgottenAndNotRepeated() {
    let routes = ["pager": AlertRoute(repeatInterval: .minutes(10))]
    var courier: Courier? = start(routes)
    courier?.notify([.sample()])
    courier = nil
    let second = start(routes)
    for _ in 0..<70 {
      world.pass(.minutes(1))
      second.confirm(firing: [])
    }
    #expect(world.sent.count == 1)
    #expect(outbox.told.isEmpty && outbox.alerts.isEmpty)
  }

  @Test func whatTheReceiverRefusesIsNotTriedForEver() {
    let courier = start(["pager": AlertRoute()])
    world.answers["pager"] = { _ in .answered(status: 400) }
    courier.notify([.sample()])
    for _ in 0..<10 {
      world.pass(.minutes(1))
      courier.confirm(firing: [Alert.sample().key])
    }
    #expect(world.sent.count == 1)
    #expect(world.records.count == 1)
  }
}
