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
  private func courierWithStraggler(_ alerts: [Alert]) -> Courier {
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: [PlainSink(name: "pager")])
    courier.notify(alerts)
    while world.unansweredCount > 0 { world.answer("pager", .failed(reason: "timed out")) }
    while world.unansweredCount == 0, world.second < 10 { world.pass(.seconds(0.5)) }
    #expect(world.unansweredCount == 1)
    world.pass(.seconds(1))
    #expect(world.unansweredCount == 1)
    return courier
  }

  private var delivered: [String] {
    world.events.compactMap { event in
      if case .delivered(let notification) = event {
        "\(notification.key.service.text)/\(notification.status.rawValue)"
      } else {
        nil
      }
    }
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
    #expect(Set(world.requests.compactMap { $0.header("webhook-id") }).count == 1)
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
    #expect(world.records.last?.contains("works again") ?? true)
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

  /// What has been given up meanwhile stays so, and the receiver is known to work.
  @Test func whatWasGivenUpIsNotDeliveredLate() {
    let courier = courierWithStraggler([.sample("a")])
    courier.waitingLimit = 0
    courier.use(sinks: [PlainSink(name: "pager")])
    #expect(courier.waitingCounts == ["pager": 0])
    world.answer("pager", .answered(status: 200))
    #expect(delivered == [])
    #expect(outbox.rows == [])
  }

  /// A clock that is set moves the end of the lane's patience along.
  @Test func aSetClockNeitherLeavesAProbeNorKeepsIt() {
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: [PlainSink(name: "pager")])
    courier.notify([.sample("a"), .sample("b")])
    while world.unansweredCount > 0 { world.answer("pager", .failed(reason: "timed out")) }
    world.pass(.seconds(2))
    #expect(world.unansweredCount == 1)
    for span in [TimeSpan.hours(-2), .hours(3)] {
      world.setClock(by: span)
      courier.clockMoved(by: span)
      #expect(world.unansweredCount == 1)
    }
    world.pass(.seconds(4))
    #expect(world.unansweredCount == 2)
  }
}
