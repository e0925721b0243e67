import Alerting
import Testing
import TimeSeries

@testable import Delivery

/// What sinks hear of silenced alerts, with time under the test's hand.
@Suite struct SilenceTests {
  let world = World()
  let outbox = MemoryOutbox()
  let key = Alert.sample().key

  func start(_ sinks: [any NotificationSink] = [PlainSink(name: "pager")]) -> Courier {
    let courier = world.courier(outbox: outbox)
    for sink in sinks {
      world.answers[sink.repetition?.group ?? sink.name] = { _ in .answered(status: 200) }
    }
    courier.start(sinks: sinks)
    return courier
  }

  func silence(_ services: String = "*", for span: TimeSpan = .hours(1)) -> SilenceList {
    SilenceList([
      Silence(
        id: 1, services: ServicePattern(services), reason: "test", author: "root",
        begunAt: world.now, endsAt: world.now + span)
    ])
  }

  var story: [String] { world.sent.map { "\(Int($0.second)) \($0.id)" } }

  @Test func whatFiresStillAtTheEndIsToldThen() {
    let courier = start()
    courier.use(silences: silence())
    courier.notify([.sample(), .sample("web")])
    courier.notify([.sample("web", .resolved)])
    world.pass(.minutes(59))
    courier.confirm(firing: [key])
    #expect(story == [])
    world.pass(.minutes(1))
    courier.use(silences: SilenceList())
    // The other one came and went unheard.
    #expect(story == ["3600 api/firing"])
    courier.notify([.sample("api", .resolved)])
    #expect(story.last == "3600 api/resolved")
    #expect(outbox.alerts.isEmpty && outbox.told.isEmpty)
  }

  /// An hour's silence is over after an hour, whatever the clock says meanwhile; one that was set
  /// beyond its end ends it.
  @Test(arguments: [(-5, 3600), (-48, 3600), (2, 600), (30, 600)] as [(Int64, Int)])
  func aClockThatIsSetMakesNoSilenceLonger(hours: Int64, heardAfter: Int) {
    let courier = start()
    var list = silence()
    courier.use(silences: list)
    courier.notify([.sample()])
    world.pass(.minutes(10))
    world.setClock(by: .hours(hours))
    courier.clockMoved(by: .hours(hours))
    if hours < 0 { list.shift(by: .hours(hours)) }
    courier.use(silences: list)
    courier.confirm(firing: [key])
    let jump = Int(hours) * 3600
    for _ in 0..<100 {
      world.pass(.minutes(1))
      courier.confirm(firing: [key])
    }
    // Once, though it fires on.
    #expect(world.sent.count == 1)
    #expect(world.sent.first.map { Int($0.second) - jump } == heardAfter)
  }

  @Test func itsTimeAloneEndsASilence() {
    let courier = start()
    courier.use(silences: silence())
    courier.notify([.sample()])
    world.pass(.hours(1))
    // Nobody has taken it out of the list.
    courier.confirm(firing: [key])
    #expect(story == ["3600 api/firing"])
  }

  @Test func othersAreTold() {
    let courier = start()
    courier.use(silences: silence("web"))
    courier.notify([.sample(), .sample("web")])
    #expect(story == ["0 api/firing"])
  }

  @Test func aRiseInSeverityStaysSilent() {
    let courier = start()
    courier.use(silences: silence())
    courier.notify([.sample(severity: .ticket)])
    courier.notify([.sample(severity: .page)])
    #expect(story == [])
    courier.use(silences: SilenceList())
    #expect(outbox.told.values.map(\.severity) == [.page])
  }

  /// Told before, ended during the silence: the receiver hears of the end afterwards.
  @Test func theEndOfWhatWasToldIsTold() {
    let courier = start()
    courier.notify([.sample()])
    courier.use(silences: silence())
    courier.notify([.sample("api", .resolved)])
    #expect(story == ["0 api/firing"])
    world.pass(.hours(1))
    courier.confirm(firing: [])
    #expect(story == ["0 api/firing", "3600 api/resolved"])
    #expect(outbox.alerts.isEmpty && outbox.told.isEmpty)
  }

  @Test func whatWaitsForADeadSinkIsHeldBack() {
    let courier = start()
    world.answers["pager"] = { _ in .failed(reason: "refused") }
    courier.notify([.sample()])
    #expect(outbox.rows.count == 1)
    courier.use(silences: silence())
    #expect(outbox.rows == [])
    world.answers["pager"] = { _ in .answered(status: 200) }
    world.pass(.minutes(30))
    courier.confirm(firing: [key])
    #expect(story == ["0 api/firing"])
    courier.use(silences: SilenceList())
    #expect(story == ["0 api/firing", "1800 api/firing"])
    #expect(Set(world.requests.compactMap { $0.header("webhook-id") }).count == 1)
  }

  @Test func whatIsUnderWayWhenASilenceBeginsComesBackToNobody() {
    let courier = start()
    world.answers["pager"] = nil
    courier.notify([.sample()])
    courier.use(silences: silence())
    world.answer("pager", .failed(reason: "timed out"))
    #expect(outbox.rows == [])
    // It may have arrived, so its end is told.
    world.answers["pager"] = { _ in .answered(status: 200) }
    courier.notify([.sample("api", .resolved)])
    courier.use(silences: SilenceList())
    world.pass(.seconds(2))
    #expect(story == ["0 api/firing", "1 api/resolved"])
  }

  @Test func aRestartForgetsNeitherTheSilenceNorWhatItHides() {
    var courier: Courier? = start()
    let list = silence()
    courier?.use(silences: list)
    courier?.notify([.sample()])
    courier = nil
    let second = world.courier(outbox: outbox)
    second.start(sinks: [PlainSink(name: "pager")], silences: list)
    second.confirm(firing: [key])
    #expect(story == [])
    world.pass(.hours(1))
    second.confirm(firing: [key])
    #expect(story == ["3600 api/firing"])
  }

  /// A crash between the silence and what it takes out of the queue.
  @Test func whatStillWaitedOnDiskIsHeldBackAtTheStart() {
    var courier: Courier? = start()
    world.answers["pager"] = { _ in .failed(reason: "refused") }
    courier?.notify([.sample()])
    courier = nil
    world.answers["pager"] = { _ in .answered(status: 200) }
    let second = world.courier(outbox: outbox)
    second.start(sinks: [PlainSink(name: "pager")], silences: silence())
    world.pass(.minutes(10))
    #expect(story == ["0 api/firing"])
    second.use(silences: SilenceList())
    second.confirm(firing: [key])
    #expect(story == ["0 api/firing", "600 api/firing"])
  }

  @Test func anAlertmanagerIsNotRepeatedToMeanwhile() {
    let courier = start([
      AlertmanagerSink(name: "am", options: "am", url: .literal("http://a"))
    ])
    courier.notify([.sample()])
    world.pass(.minutes(2))
    #expect(world.requests.count == 3)
    courier.use(silences: silence())
    for _ in 0..<59 {
      world.pass(.minutes(1))
      courier.confirm(firing: [key])
    }
    #expect(world.requests.count == 3)
    #expect(outbox.rows == [])
    world.pass(.minutes(2))
    courier.confirm(firing: [key])
    world.pass(.minutes(1))
    #expect(world.requests.count == 5)
    courier.notify([.sample("api", .resolved)])
    world.pass(.hours(1))
    #expect(outbox.rows == [] && outbox.alerts.isEmpty && outbox.told.isEmpty)
  }
}

/// Long random lives with silences, each repeatable by its seed.
@Suite struct SilenceWalkTests {
  @Test(arguments: 0..<UInt64(60))
  func nobodyIsToldOfWhatIsSilencedAndNothingIsForgotten(seed: UInt64) {
    var generator = CourierWalkTests.Generator(state: seed &+ 1000)
    let world = World()
    let outbox = MemoryOutbox()
    var courier = world.courier(outbox: outbox)
    world.answers["a"] = { _ in .answered(status: 200) }
    courier.start(sinks: [PlainSink(name: "a")])
    var firing: [String: Int] = [:]
    var episodes = 0
    var list = SilenceList()
    var silentDeliveries = 0
    for _ in 0..<300 {
      let service = ["x", "y", "z"].randomElement(using: &generator) ?? "x"
      let before = world.requests.count
      switch Int.random(in: 0..<7, using: &generator) {
      case 0, 1:
        if let episode = firing.removeValue(forKey: service) {
          courier.notify([.sample(service, .resolved, episode: "\(episode)")])
        } else {
          episodes += 1
          firing[service] = episodes
          courier.notify([.sample(service, episode: "\(episodes)")])
        }
      case 2:
        list.add(
          Silence(
            id: Int64(episodes * 1000 + list.silences.count), services: ServicePattern(service),
            reason: "", author: "", begunAt: world.now,
            endsAt: world.now + .minutes(Int64.random(in: 1..<30, using: &generator))))
        courier.use(silences: list)
      case 3:
        if let id = list.silences.randomElement(using: &generator)?.id { _ = list.end(id) }
        courier.use(silences: list)
      case 4:
        let works = Bool.random(using: &generator)
        world.answers["a"] = { _ in works ? .answered(status: 200) : .failed(reason: "no") }
      case 5:
        courier = world.courier(outbox: outbox)
        courier.start(sinks: [PlainSink(name: "a")], silences: list)
      default: world.pass(.minutes(Int64.random(in: 0..<10, using: &generator)))
      }
      courier.confirm(firing: Set(firing.keys.map { Alert.sample($0).key }))
      // While time passed a silence may have begun and ended: only those of one moment are looked at.
      for sent in world.sent[before...] where sent.second == world.second {
        let name = String(sent.id.prefix(1))
        if list.covering(Alert.sample(name).key, at: world.now) != nil { silentDeliveries += 1 }
      }
    }
    #expect(silentDeliveries == 0)
    // In the end everything is told, and every beginning that was delivered has its end.
    world.answers["a"] = { _ in .answered(status: 200) }
    courier.use(silences: SilenceList())
    for _ in 0..<20 {
      world.pass(.minutes(10))
      courier.confirm(firing: Set(firing.keys.map { Alert.sample($0).key }))
    }
    for (service, episode) in firing {
      let id = NotificationID.make(sink: "a", alert: .sample(service, episode: "\(episode)"))
      #expect(
        world.events.contains { if case .delivered(let one) = $0 { one.id == id } else { false } })
    }
    #expect(outbox.rows == [])
    #expect(Set(outbox.alerts.keys.map(\.key.service.text)) == Set(firing.keys))
    #expect(outbox.told.count == firing.count)
  }
}
