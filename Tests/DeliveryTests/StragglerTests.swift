import Alerting
import Testing
import TimeSeries

@testable import Delivery

/// A probe that hangs and goes on beside the next ones: what its late end does.
@Suite struct StragglerTests {
  let world = World()
  let outbox = MemoryOutbox()

  /// A courier whose only sink hangs, and whose first probe has just been left behind: from then on
  /// that request is the oldest without an answer.
  private func courierWithStraggler(
    _ alerts: [Alert], at sink: any NotificationSink = PlainSink(name: "pager")
  ) -> Courier {
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: [sink])
    courier.notify(alerts)
    // What is under way has its whole timeout, then a probe goes out and is left behind.
    world.pass(.seconds(15))
    while world.unansweredCount > 0 { world.answer("pager", .failed(reason: "timed out")) }
    world.pass(.seconds(2))
    world.pass(.seconds(1))
    #expect(courier.lanes["pager"]?.lane.straggler != nil)
    #expect(courier.lanes["pager"]?.lane.inFlight == [:])
    #expect(world.unansweredCount == 1)
    return courier
  }

  private var delivered: [String] {
    world.delivered.map { "\($0.key.service.text)/\($0.status.rawValue)" }
  }

  @Test func aLateAnswerDeliversWhatItCarried() {
    let courier = courierWithStraggler([.sample("a")])
    #expect(courier.waitingCounts == ["pager": 1])
    world.answer("pager", .answered(status: 200))
    #expect(courier.waitingCounts == ["pager": 0])
    #expect(outbox.rows == [])
    #expect(delivered == ["a/firing"])
    world.pass(.minutes(1))
    #expect(world.sent.map(\.id) == ["a/firing", "a/firing"])
  }

  /// With the next probe it is on its way a second time, under its own name; that it has arrived is
  /// noted once.
  @Test func aLateAnswerWhileTheNextProbeCarriesTheSame() {
    let courier = courierWithStraggler([.sample("a")])
    world.pass(.seconds(3))
    #expect(world.unansweredCount == 2)
    world.answer("pager", .answered(status: 200))
    world.answer("pager", .answered(status: 200))
    #expect(courier.waitingCounts == ["pager": 0])
    #expect(delivered == ["a/firing"])
  }

  /// The next probe, short as it was, is over after the receiver was found to work: nothing is wrong
  /// with it, and what that probe carried does not wait for a pause.
  @Test func aProbeThatALateAnswerOvertookIsNoFailure() {
    let courier = courierWithStraggler(["a", "b", "c", "d"].map { .sample($0) })
    world.pass(.seconds(3))
    #expect(world.unansweredCount == 2)
    world.answer("pager", .answered(status: 200))
    // The probe, and the two that waited, at once.
    #expect(world.unansweredCount == 3)
    world.answer("pager", .failed(reason: "timed out"))
    #expect(world.unansweredCount == 3)
    #expect(courier.waitingCounts == ["pager": 3])
    while world.unansweredCount > 0 { world.answer("pager", .answered(status: 200)) }
    #expect(delivered.count == 4)
    #expect(
      world.records == [
        "sink pager fails: timed out; 4 waiting, tried again",
        "sink pager works again; 3 waiting",
      ])
  }

  /// The end of an alert waits for the straggler that carries its beginning: it must come last.
  @Test func anEndDoesNotOvertakeItsBeginning() {
    let courier = courierWithStraggler([.sample("a")])
    courier.notify([.sample("a", .resolved)])
    world.pass(.seconds(10))
    #expect(world.sent.map(\.id) == ["a/firing", "a/firing"])
    world.answer("pager", .answered(status: 200))
    #expect(world.sent.last?.id == "a/resolved")
    world.answer("pager", .answered(status: 200))
    #expect(courier.waitingCounts == ["pager": 0])
    #expect(delivered == ["a/firing", "a/resolved"])
  }

  @Test func anEndGoesOutOnceTheStragglerHasFailed() {
    let courier = courierWithStraggler([.sample("a")])
    courier.notify([.sample("a", .resolved)])
    world.pass(.seconds(10))
    world.answer("pager", .failed(reason: "timed out"))
    #expect(world.sent.map(\.id) == ["a/firing", "a/firing", "a/resolved"])
    world.answer("pager", .answered(status: 200))
    #expect(courier.waitingCounts == ["pager": 0])
  }

  /// A refusal that comes late counts as one that comes soon.
  @Test func aLateRefusalGivesUpTheOneMessage() {
    let courier = courierWithStraggler([.sample("a"), .sample("b")])
    let refused = world.sent.last?.id
    world.answer("pager", .answered(status: 400))
    #expect(courier.waitingCounts == ["pager": 1])
    #expect(world.unansweredCount == 1)
    #expect(world.sent.last?.id != refused)
    #expect(world.records.contains { $0.contains("the receiver answered 400") })
  }

  @Test func aLateRetryAfterIsHonoured() {
    let courier = courierWithStraggler([.sample("a"), .sample("b")])
    world.answer("pager", .answered(status: 429, retryAfter: "60"))
    let count = world.sent.count
    world.pass(.seconds(59))
    #expect(world.sent.count == count)
    world.pass(.seconds(1))
    #expect(world.sent.count == count + 1)
    #expect(courier.waitingCounts == ["pager": 2])
  }

  @Test func aLateGoneDisablesTheSink() {
    let courier = courierWithStraggler([.sample("a"), .sample("b")])
    world.answer("pager", .answered(status: 410))
    let count = world.sent.count
    world.pass(.hours(1))
    #expect(world.sent.count == count)
    #expect(courier.waitingCounts == ["pager": 2])
  }

  /// The receiver has what was given up meanwhile: it is said, and nothing else is left of it.
  @Test func whatWasGivenUpMayStillArrive() {
    let courier = courierWithStraggler([.sample("a")])
    courier.waitingLimit = 0
    courier.use(sinks: [PlainSink(name: "pager")])
    #expect(courier.waitingCounts == ["pager": 0])
    world.answer("pager", .answered(status: 200))
    #expect(delivered == ["a/firing"])
    #expect(outbox.rows == [])
    #expect(courier.lanes["pager"]?.lane.hasOpenRequests == false)
  }

  /// Only of the whole request can a late refusal be said: which message was at fault is found out.
  @Test func aLateRefusalOfManyGivesUpNoneOfThem() {
    let sink = PlainSink(name: "pager", batchLimit: 10)
    let courier = courierWithStraggler([.sample("a"), .sample("b")], at: sink)
    // Of the two that the straggler carries, one is replaced.
    courier.notify([.sample("b", .resolved)])
    world.answers["pager"] = { _ in .answered(status: 200) }
    world.answer("pager", .answered(status: 400))
    #expect(!world.events.contains { if case .gaveUp = $0 { true } else { false } })
    #expect(courier.waitingCounts == ["pager": 0])
    #expect(Set(delivered) == ["a/firing", "b/resolved"])
  }

  /// A sink that is taken out of the configuration and put back is told by its own requests alone.
  @Test func aStragglerOutlivesAReloadOfItsSink() {
    let courier = courierWithStraggler([.sample("a")])
    courier.use(sinks: [])
    courier.use(sinks: [PlainSink(name: "pager")])
    courier.confirm(firing: [AlertKey(service: ServiceName("a"), kind: .memoryGrowth)])
    #expect(world.sent.count == 3)
    world.answer("pager", .failed(reason: "timed out"))
    #expect(courier.lanes["pager"]?.lane.inFlight.count == 1)
    #expect(courier.waitingCounts == ["pager": 1])
    world.answer("pager", .answered(status: 200))
    #expect(courier.waitingCounts == ["pager": 0])
    #expect(courier.lanes["pager"]?.lane.requestsInFlight == 0)
  }

  /// Its beginning arrives after its end was taken back by a silence: the end is told afterwards.
  @Test func theEndIsOwedThoughASilenceTookItBack() {
    let courier = courierWithStraggler([.sample("a")])
    courier.notify([.sample("a", .resolved)])
    let silence = Silence(
      id: 1, services: ServicePattern("a"), reason: "test", author: "root",
      begunAt: world.now, endsAt: world.now + .hours(1))
    courier.use(silences: SilenceList([silence]))
    #expect(courier.waitingCounts == ["pager": 0])
    world.answer("pager", .answered(status: 200))
    world.answers["pager"] = { _ in .answered(status: 200) }
    world.pass(.minutes(1))
    courier.use(silences: SilenceList())
    #expect(delivered == ["a/firing", "a/resolved"])
  }

  /// What arrives under the same name, but in older words, has not been told.
  @Test func newerWordsAreSentThoughTheOlderOnesArriveLate() {
    let courier = courierWithStraggler([.sample("a")])
    var newer = courier.pending[0]
    newer.message = .words(Array("newer words".utf8), format: "plain")
    (newer.attempts, newer.nextAttempt) = (0, world.now)
    _ = courier.lanes["pager"]?.lane.put(newer)
    world.answer("pager", .answered(status: 200))
    #expect(courier.waitingCounts == ["pager": 1])
    #expect(world.requests.last?.body == Array("newer words".utf8))
  }

  /// At the stop an answer that may still come is waited for.
  @Test func aDrainWaitsForTheStraggler() {
    let courier = courierWithStraggler([.sample("a")])
    courier.notify([.sample("a", .resolved)])
    var results: [Courier.DrainResult] = []
    courier.drain(within: .seconds(10)) { results.append($0) }
    world.pass(.seconds(2))
    #expect(results == [])
    world.answer("pager", .answered(status: 200))
    world.answer("pager", .answered(status: 200))
    #expect(results == [Courier.DrainResult(keptCount: 0, lostCount: 0)])
    #expect(delivered == ["a/firing", "a/resolved"])
  }

  /// A receiver that refused before is not known to hang: one that then is slow has its time, and the
  /// message is there once.
  @Test func aFailureThatIsNoTimeoutShortensNothing() {
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: [PlainSink(name: "pager")])
    courier.notify([.sample("a")])
    world.answer("pager", .failed(reason: "connection reset"))
    world.pass(.seconds(14))
    #expect(courier.lanes["pager"]?.lane.inFlight.count == 1)
    #expect(world.sent.count == 2)
    world.answer("pager", .answered(status: 200))
    #expect(courier.waitingCounts == ["pager": 0])
  }

  /// A clock that is set moves the end of the lane's patience along.
  @Test(arguments: [TimeSpan.hours(-2), .hours(3)])
  func aSetClockNeitherLeavesAProbeNorKeepsIt(span: TimeSpan) {
    let courier = courierWithStraggler([.sample("a"), .sample("b")])
    world.answer("pager", .failed(reason: "timed out"))
    world.pass(.seconds(2))
    #expect(courier.lanes["pager"]?.lane.probe?.patience != nil)
    world.setClock(by: span)
    courier.clockMoved(by: span)
    #expect(courier.lanes["pager"]?.lane.probe?.patience != nil)
    world.pass(.seconds(1))
    #expect(courier.lanes["pager"]?.lane.probe == nil)
    #expect(courier.lanes["pager"]?.lane.straggler != nil)
  }
}
