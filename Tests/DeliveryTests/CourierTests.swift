import Alerting
@testable import Delivery
import Testing
import TimeSeries

@Suite struct CourierTests {
  let world = World()
  let outbox = MemoryOutbox()

  func start(_ sinks: [PlainSink]) -> Courier {
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: sinks)
    return courier
  }

  static func always(_ status: Int) -> (OutgoingRequest) -> DeliveryOutcome {
    { _ in .answered(status: status) }
  }

  @Test func anAlertIsOnDiskBeforeItIsOnItsWay() {
    let courier = start([PlainSink(name: "pager")])
    var rowsWhenPosted = -1
    world.onPost = { rowsWhenPosted = outbox.rows.count }
    courier.notify([.sample()])
    #expect(rowsWhenPosted == 1)
    world.answer("pager", .answered(status: 204))
    #expect(outbox.rows == [])
    #expect(courier.waitingCounts == ["pager": 0])
    #expect(world.records == [])
    #expect(world.alarmCount == 0)
  }

  @Test func failuresAreTriedAgainFurtherAndFurtherApart() {
    let courier = start([PlainSink(name: "pager")])
    world.answers["pager"] = Self.always(500)
    courier.notify([.sample()])
    world.pass(.seconds(10))
    #expect(world.sent.map(\.second) == [0, 1, 3, 5, 7, 9])
    #expect(Set(world.requests.compactMap { $0.header("webhook-id") }).count == 1)
    #expect(outbox.rows.map(\.attempts) == [6])
    #expect(outbox.rows.first?.lastFailure == "the receiver answered 500")
    world.answers["pager"] = Self.always(200)
    world.pass(.seconds(2))
    #expect(world.sent.count == 7)
    #expect(outbox.rows == [])
  }

  @Test func aSinkIsToldToBeDownOnceAndToBeUpOnce() {
    let courier = start([PlainSink(name: "pager")])
    world.answers["pager"] = { _ in .failed(reason: "connection refused") }
    courier.notify([.sample(), .sample("web")])
    world.pass(.minutes(10))
    #expect(
      world.records == ["sink pager fails: connection refused; 2 waiting, tried again"])
    world.answers["pager"] = Self.always(200)
    world.pass(.minutes(10))
    #expect(world.records.dropFirst() == ["sink pager works again; 1 waiting"])
    #expect(outbox.rows == [])
  }

  @Test func retryAfterIsHonouredAndHoldsTheWholeSink() {
    let courier = start([PlainSink(name: "chat")])
    world.answers["chat"] = { _ in .answered(status: 429, retryAfter: "30") }
    courier.notify([.sample("a")])
    world.answers["chat"] = Self.always(200)
    courier.notify([.sample("b")])
    world.pass(.seconds(60))
    #expect(world.sent.map(\.second) == [0, 30, 30])
  }

  @Test func aDeadSinkDelaysNobodyAndIsProbedOneByOne() {
    let courier = start([PlainSink(name: "dead"), PlainSink(name: "pager")])
    world.answers["pager"] = Self.always(200)
    courier.notify((0..<20).map { .sample("s\($0)") })
    // "dead" hangs with as many requests as may travel at once; "pager" has everything.
    #expect(
      world.sent.filter { $0.sink == "pager" }.map(\.second) == Array(repeating: 0, count: 20))
    #expect(world.unansweredCount == SinkLane.maximumInFlight)
    for _ in 0..<SinkLane.maximumInFlight { world.answer("dead", .failed(reason: "timed out")) }
    world.pass(.minutes(1))
    // One probe, and the one before it that hangs.
    #expect(world.unansweredCount == 2)
    courier.notify([.sample("late")])
    #expect(world.sent.last == World.Sent(second: 60, sink: "pager", id: "late/firing"))
    #expect(world.unansweredCount == 2)
  }

  @Test func onePoisonedMessageDoesNotHoldUpTheOthers() {
    let courier = start([PlainSink(name: "pager")])
    world.answers["pager"] = { request in
      .answered(status: request.body.starts(with: "poison".utf8) ? 500 : 200)
    }
    courier.notify([.sample("poison"), .sample("a"), .sample("b"), .sample("c")])
    world.pass(.seconds(2))
    #expect(outbox.rows.map(\.key.service.text) == ["poison"])
  }

  @Test func aPoisonedMessageIsTriedEverLessOftenWhileOthersArrive() {
    let courier = start([PlainSink(name: "pager")])
    world.answers["pager"] = { request in
      .answered(status: request.body.starts(with: "poison".utf8) ? 500 : 200)
    }
    courier.notify([.sample("poison")])
    for number in 0..<3600 {
      world.pass(.seconds(1))
      courier.notify([.sample("s\(number)")])
    }
    #expect(world.sent.count { $0.id == "poison/firing" } < 30)
    #expect(outbox.rows.map(\.key.service.text) == ["poison"])
  }

  @Test func onlyTheNewestStateOfAnEpisodeIsSent() {
    let courier = start([PlainSink(name: "pager")])
    world.answers["pager"] = Self.always(503)
    courier.notify([.sample("api", severity: .warning)])
    courier.notify([.sample("api", severity: .page)])
    courier.notify([.sample("api", .resolved)])
    #expect(outbox.rows.map(\.status) == [.resolved])
    world.answers["pager"] = Self.always(200)
    world.pass(.seconds(5))
    #expect(world.sent.map(\.id) == ["api/firing", "api/resolved"])
  }

  @Test func theEndNeverOvertakesTheBeginning() {
    let courier = start([PlainSink(name: "pager")])
    courier.notify([.sample()])
    courier.notify([.sample("api", .resolved), .sample("web")])
    #expect(world.sent.map(\.id) == ["api/firing", "web/firing"])
    world.answer("pager", .answered(status: 200))
    #expect(world.sent.map(\.id) == ["api/firing", "web/firing", "api/resolved"])
  }

  @Test func aNewEpisodeWaitsForTheEndOfTheOld() {
    let courier = start([PlainSink(name: "pager")])
    world.answers["pager"] = Self.always(503)
    courier.notify([.sample("api", .resolved)])
    courier.notify([.sample("api", episode: "ep-2")])
    world.answers["pager"] = Self.always(200)
    world.pass(.seconds(5))
    #expect(world.sent.map(\.id) == ["api/resolved", "api/resolved", "api/firing"])
  }

  @Test func aFailedAttemptThatWasReplacedMeanwhileIsForgotten() {
    let courier = start([PlainSink(name: "pager")])
    courier.notify([.sample()])
    courier.notify([.sample("api", .resolved)])
    world.answer("pager", .failed(reason: "timed out"))
    #expect(outbox.rows.map(\.status) == [.resolved])
    world.answers["pager"] = Self.always(200)
    world.pass(.seconds(5))
    #expect(world.sent.map(\.id) == ["api/firing", "api/resolved"])
    #expect(outbox.rows == [])
  }

  @Test func theSameMessageTwiceIsSentOnce() {
    let courier = start([PlainSink(name: "pager")])
    courier.notify([.sample()])
    courier.notify([.sample()])
    world.answer("pager", .answered(status: 200), twice: true)
    #expect(world.sent.count == 1)
    #expect(outbox.rows == [])
  }

  @Test func aRestartGoesOnWithTheSameMessage() {
    let courier = start([PlainSink(name: "pager")])
    world.answers["pager"] = Self.always(500)
    courier.notify([.sample()])
    withExtendedLifetime(courier) {}
    let later = World()
    later.answers["pager"] = Self.always(200)
    let restarted = later.courier(outbox: outbox)
    restarted.start(sinks: [PlainSink(name: "pager")])
    later.pass(.seconds(1))
    #expect(later.requests.first == world.requests.first)
    #expect(outbox.rows == [])
  }

  @Test(arguments: [
    (400, "the receiver answered 400: it will not take this"),
    (301, "the receiver answered 301: redirects are not followed, set its final URL"),
  ])
  func aFinalAnswerIsToldOnceWithTheAlertItself(status: Int, reason: String) {
    let courier = start([PlainSink(name: "pager")])
    world.answers["pager"] = Self.always(status)
    courier.notify([.sample()])
    world.pass(.hours(1))
    #expect(world.sent.count == 1)
    #expect(outbox.rows == [])
    #expect(
      world.records == [
        """
        sink pager: alert not delivered: \(reason)
          the alert was (firing): api: memory grows 512 MiB/day
        """
      ])
  }

  @Test func goneMeansSilenceUntilTheNextReload() {
    let courier = start([PlainSink(name: "pager")])
    world.answers["pager"] = Self.always(410)
    courier.notify([.sample()])
    courier.notify([.sample("web")])
    world.pass(.hours(2))
    #expect(world.sent.count == 1)
    #expect(
      world.records == [
        "sink pager is switched off until the next reload: the receiver answered 410 Gone; "
          + "1 waiting"
      ])
    world.answers["pager"] = Self.always(200)
    courier.use(sinks: [PlainSink(name: "pager")])
    #expect(world.sent.map(\.id) == ["api/firing", "web/firing", "api/firing"])
    #expect(outbox.rows == [])
  }

  @Test func whatIsTooOldIsGivenUp() {
    let courier = start([PlainSink(name: "pager", maximumAge: .minutes(10))])
    world.answers["pager"] = Self.always(502)
    courier.notify([.sample()])
    world.pass(.hours(1))
    #expect(outbox.rows == [])
    #expect((598...600).contains(world.sent.last?.second ?? 0))
    #expect(
      world.records.last == """
        sink pager: alert not delivered: not delivered within 10 min; at last the receiver \
        answered 502
          the alert was (firing): api: memory grows 512 MiB/day
        """)
    #expect(world.alarmCount == 0)
  }

  @Test func aSinkThatIsGoneIsGivenUpAndTold() {
    let courier = start([PlainSink(name: "pager"), PlainSink(name: "chat")])
    world.answers = ["pager": Self.always(500), "chat": Self.always(500)]
    courier.notify([.sample()])
    courier.use(sinks: [PlainSink(name: "chat")])
    #expect(outbox.rows.map(\.sink) == ["chat"])
    #expect(world.records.count == 1)
    #expect(world.records.first?.contains("no longer in the configuration") == true)
  }

  @Test func anAlertThatWaitsIsWordedByWhateverTypeItsSinkHasBecome() throws {
    let courier = start([PlainSink(name: "pager")])
    world.answers["pager"] = Self.always(500)
    courier.notify([.sample()])
    world.answers["pager"] = Self.always(200)
    courier.use(sinks: [SlackSink(name: "pager", url: .literal("http://x/"), options: .init())])
    world.pass(.minutes(1))
    let body = String(decoding: try #require(world.requests.last).body, as: UTF8.self)
    #expect(body.hasPrefix("{\"text\":"))
    #expect(world.sent.count == 2)
    #expect(outbox.rows == [])
  }

  @Test func wordsForAnotherTypeOfSinkAreNotSent() throws {
    let words = QueuedNotification.Message.words(Array("a/firing".utf8), format: "other")
    let waiting = QueuedNotification(
      id: "id", sink: "pager", of: .sample(), message: words, queuedAt: world.now)
    try outbox.apply(OutboxChange(kept: [waiting]))
    world.answers["pager"] = Self.always(200)
    let courier = start([PlainSink(name: "pager")])
    world.pass(.minutes(1))
    #expect(courier.waitingCounts == ["pager": 0])
    #expect(world.sent.isEmpty)
    #expect(world.records.first?.contains("words for a sink of another type") == true)
    #expect(outbox.rows == [])
  }

  @Test func aClockPutBackDoesNotSilenceASink() {
    let courier = start([PlainSink(name: "pager")])
    world.answers["pager"] = Self.always(500)
    courier.notify([.sample()])
    world.putClockBack(by: .days(30))
    world.answers["pager"] = Self.always(200)
    courier.notify([.sample("web")])
    #expect(outbox.rows == [])
  }

  @Test func ofTooManyTheLeastSevereAndThenTheOldestAreGivenUp() {
    let courier = start([PlainSink(name: "pager"), PlainSink(name: "chat")])
    courier.waitingLimit = 6
    world.answers["pager"] = Self.always(410)
    world.answers["chat"] = Self.always(200)
    courier.notify([.sample("p0"), .sample("t0", severity: .ticket)])
    world.pass(.seconds(1))
    courier.notify([.sample("t1", severity: .ticket), .sample("w0", severity: .warning)])
    #expect(world.records.count == 1)
    world.pass(.seconds(1))
    courier.notify((1..<5).map { .sample("p\($0)") })
    #expect(outbox.rows.map(\.key.service.text) == ["p0", "w0", "p1", "p2", "p3", "p4"])
    let told = world.records.dropFirst().map { $0.split(separator: "\n") }
    #expect(
      told.map { $0.last.map(String.init) } == [
        "  the alert was (firing): t0: memory grows 512 MiB/day",
        "  the alert was (firing): t1: memory grows 512 MiB/day",
      ])
    #expect(world.records.last?.contains("more than 6 alerts wait") == true)
  }
}

/// A disk that fails, and the end of the process.
@Suite struct CourierKeepingTests {
  let world = World()
  let outbox = MemoryOutbox()

  @Test func aDiskThatFailsIsToldOnceAndCaughtUpWith() {
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: [PlainSink(name: "pager")])
    world.answers["pager"] = { _ in .answered(status: 500) }
    courier.notify([.sample("before")])
    outbox.isFailing = true
    courier.notify([.sample("a")])
    courier.notify([.sample("b")])
    world.answers["pager"] = { _ in .answered(status: 410) }
    world.pass(.seconds(10))
    outbox.isFailing = false
    courier.notify([.sample("c")])
    #expect(Set(outbox.rows.map(\.key.service.text)) == ["before", "a", "b", "c"])
    #expect(
      world.records.filter { $0.contains("disk") } == [
        "alerts that wait for delivery and the past of all services are kept in memory alone "
          + "and lost at a restart: disk full",
        "alerts that wait for delivery are on disk again",
      ])
  }

  @Test func whatWasDeliveredWhileTheDiskFailedIsNotSentAgain() {
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: [PlainSink(name: "pager")])
    courier.notify([.sample("a")])
    outbox.isFailing = true
    world.answer("pager", .answered(status: 200))
    #expect(outbox.rows.count == 1)
    outbox.isFailing = false
    courier.notify([.sample("b")])
    #expect(outbox.rows.map(\.key.service.text) == ["b"])
  }

  @Test func withNothingToDoADrainEndsAtOnce() {
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: [PlainSink(name: "pager")])
    var result: Courier.DrainResult?
    courier.drain(within: .seconds(4)) { result = $0 }
    #expect(result == Courier.DrainResult(keptCount: 0, lostCount: 0))
  }

  @Test func aDrainEndsWithTheLastAnswer() {
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: [PlainSink(name: "pager")])
    courier.notify([.sample()])
    var endedAt: Double?
    courier.drain(within: .seconds(4)) { _ in endedAt = world.second }
    world.pass(.seconds(1))
    #expect(endedAt == nil)
    world.answer("pager", .failed(reason: "connection reset"))
    world.answers["pager"] = { _ in .answered(status: 200) }
    world.pass(.seconds(2))
    // The retry falls into the time that is left.
    #expect(endedAt == 2)
    #expect(outbox.rows == [])
  }

  @Test func atItsDeadlineADrainKeepsTheRestOnDisk() {
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: [PlainSink(name: "hangs")])
    courier.notify([.sample("a"), .sample("b")])
    var result: Courier.DrainResult?
    courier.drain(within: .seconds(4)) { result = $0 }
    world.pass(.seconds(3.9))
    #expect(result == nil)
    world.pass(.seconds(0.1))
    #expect(result == Courier.DrainResult(keptCount: 2, lostCount: 0))
    #expect(outbox.rows.count == 2)
    #expect(world.records == [])
  }

  @Test func withoutADiskTheRestIsToldToTheJournal() {
    let courier = world.courier(outbox: nil)
    courier.start(sinks: [PlainSink(name: "hangs")])
    courier.notify([.sample()])
    var result: Courier.DrainResult?
    courier.drain(within: .seconds(4)) { result = $0 }
    world.pass(.seconds(4))
    #expect(result == Courier.DrainResult(keptCount: 0, lostCount: 1))
    #expect(
      world.records == [
        """
        sink hangs: alert not delivered: LeakWatch stops and has no disk to keep it on
          the alert was (firing): api: memory grows 512 MiB/day
        """
      ])
  }
}
