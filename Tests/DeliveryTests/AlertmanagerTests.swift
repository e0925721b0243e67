import Alerting
import Foundation
import Testing
import TimeSeries

@testable import Delivery

/// What an Alertmanager is told, and when, with time under the test's hand.
@Suite struct AlertmanagerTests {
  let world = World()
  let outbox = MemoryOutbox()

  static func member(_ letter: String) -> AlertmanagerSink {
    AlertmanagerSink(name: "am (\(letter))", options: "am", url: .literal("http://\(letter)"))
  }

  func start(_ letters: String...) -> Courier {
    let courier = world.courier(outbox: outbox)
    world.answers["am"] = { _ in .answered(status: 200) }
    courier.start(sinks: letters.map(Self.member))
    return courier
  }

  /// One line for each alert of each request: second, member, service, severity, "+" and the minutes
  /// from then to endsAt.
  func story(of letter: String = "a") -> [String] {
    var lines: [String] = []
    for (request, sent) in zip(world.requests, world.sent) {
      guard request.url == "http://\(letter)/api/v2/alerts" else { continue }
      for alert in Self.alerts(request) {
        let labels = alert["labels"] as? [String: String] ?? [:]
        let end = (alert["endsAt"] as? String).flatMap { try? Date($0, strategy: .iso8601) }
        let start = Double(World.start.milliseconds) / 1000
        let minutes = end.map { ($0.timeIntervalSince1970 - start - sent.second) / 60 } ?? .nan
        lines.append(
          "\(Int(sent.second)) \(labels["service"] ?? "?")/\(labels["severity"] ?? "?") "
            + "\(Int(minutes.rounded()))")
      }
    }
    return lines
  }

  static func alerts(_ request: OutgoingRequest) -> [[String: Any]] {
    (try? JSONSerialization.jsonObject(with: Data(request.body)) as? [[String: Any]]) ?? []
  }

  @Test func whatFiresIsToldEveryMinuteAndItsEndForFiveMinutes() {
    let courier = start("a")
    courier.notify([.sample()])
    world.pass(.minutes(3))
    #expect(story() == ["0 api/page 4", "60 api/page 4", "120 api/page 4", "180 api/page 4"])
    #expect(outbox.rows.map(\.status) == [.firing])
    var end = Alert.sample("api", .resolved)
    end.at = world.now
    courier.notify([end])
    #expect(outbox.rows == [])
    world.pass(.minutes(30))
    #expect(
      story().dropFirst(4)
        == [
          "180 api/page 0", "240 api/page -1", "300 api/page -2", "360 api/page -3",
          "420 api/page -4", "480 api/page -5",
        ])
    #expect(world.alarmCount == 0)
    #expect(courier.waitingCounts == ["am (a)": 0])
  }

  @Test func aRiseInSeverityEndsTheAlertBeforeIt() {
    let courier = start("a")
    courier.notify([.sample(severity: .ticket)])
    world.pass(.seconds(30))
    var risen = Alert.sample(severity: .page)
    risen.at = world.now
    courier.notify([risen])
    world.pass(.minutes(1))
    #expect(story() == ["0 api/ticket 4", "30 api/page 4", "30 api/ticket 0", "90 api/page 4"])
    #expect(outbox.rows.map(\.severity) == [.page])
  }

  @Test func aRiseThatCouldNotBeDeliveredStillEndsWhatWas() {
    let courier = start("a")
    courier.notify([.sample(severity: .ticket)])
    world.answers["am"] = { _ in .failed(reason: "refused") }
    courier.notify([.sample(severity: .warning)])
    courier.notify([.sample(severity: .page)])
    world.answers["am"] = { _ in .answered(status: 200) }
    world.pass(.seconds(10))
    #expect(severities(of: world.requests.last) == ["page", "ticket", "warning"])
  }

  private func severities(of request: OutgoingRequest?) -> [String?] {
    (request.map(Self.alerts) ?? []).map { ($0["labels"] as? [String: String])?["severity"] }
  }

  /// The end waits, and nobody has heard of it, when the next episode takes its place.
  @Test func anEndThatCouldNotBeDeliveredIsToldWithTheNextBeginning() {
    let courier = start("a")
    courier.notify([.sample(severity: .warning)])
    world.answers["am"] = { _ in .answered(status: 503) }
    courier.notify([.sample("web")])
    courier.notify([.sample("api", .resolved, severity: .warning)])
    courier.notify([.sample(severity: .ticket, episode: "ep-2")])
    world.answers["am"] = { _ in .answered(status: 200) }
    world.pass(.seconds(1))
    #expect(severities(of: world.requests.last) == ["ticket", "warning", "page"])
    #expect(outbox.rows.map(\.severity).sorted() == [.ticket, .page])
  }

  /// More than may be under way at once are told again; one rises before its turn has come.
  @Test func aRiseRightAfterARestartEndsWhatWas() {
    let first = start("a")
    first.notify((0..<300).map { .sample("s\($0)", severity: .ticket) })
    #expect(outbox.rows.count == 300)
    let second = world.courier(outbox: outbox)
    world.answers["am"] = nil
    second.start(sinks: [Self.member("a")])
    #expect(world.unansweredCount == SinkLane.maximumInFlight)
    let underWay = world.requests.suffix(SinkLane.maximumInFlight).flatMap(Self.alerts)
      .compactMap { ($0["labels"] as? [String: String])?["service"] }
    let late = (0..<300).map { "s\($0)" }.first { !underWay.contains($0) } ?? "none waits"
    second.notify([.sample(late, severity: .page)])
    world.answer("am", .answered(status: 200))
    let told = Self.alerts(world.requests.last!).compactMap { $0["labels"] as? [String: String] }
      .filter { $0["service"] == late }
    #expect(told.map { $0["severity"] } == ["page", "ticket"])
  }

  @Test func theEndHasTheLabelsOfTheBeginning() {
    let courier = start("a")
    courier.notify([.sample()])
    var end = Alert.sample("api", .resolved)
    end.description.cgroupPath = "/system.slice/api.service"
    courier.notify([end])
    let labels = world.requests.map { Self.alerts($0)[0]["labels"] as? [String: String] }
    #expect(labels.count == 2)
    #expect(labels[0] == labels[1])
  }

  @Test func whatWasNeverToldIsNotEnded() {
    let courier = world.courier(outbox: outbox)
    world.answers["am"] = { _ in .answered(status: 200) }
    var sink = Self.member("a")
    sink.route.severities = [.page]
    courier.start(sinks: [sink])
    courier.notify([.sample("api", severity: .ticket)])
    courier.notify([.sample("api", .resolved, severity: .ticket)])
    #expect(world.requests == [])
  }

  @Test func aDeadMemberDelaysNobodyAndIsToldWhenItIsBack() {
    let courier = start("a", "b")
    world.answers["am"] = {
      $0.url.hasPrefix("http://b") ? .failed(reason: "refused") : .answered(status: 200)
    }
    courier.notify([.sample()])
    world.pass(.hours(20))
    #expect(story(of: "a").count == 1201)
    #expect(world.records == ["sink am (b) fails: refused; 1 waiting, tried again"])
    // Confirmed all along, as the daemon does, both would go on; unconfirmed they are too old.
    world.pass(.hours(10))
    #expect(story(of: "a").count == 1441)
    #expect(world.records.filter { $0.contains("sink am (b): alert not delivered") }.count == 1)
    #expect(world.records.filter { $0.contains("no longer repeated") }.count == 1)
  }

  @Test func aConfirmedAlertReachesAMemberThatWasDeadForDays() {
    let courier = start("a", "b")
    world.answers["am"] = {
      $0.url.hasPrefix("http://b") ? .failed(reason: "refused") : .answered(status: 200)
    }
    courier.notify([.sample()])
    for _ in 0..<(50 * 6) {
      world.pass(.minutes(10))
      courier.confirm(firing: [Alert.sample().key])
    }
    // 1,800 probes in the first hour, then 1,800 for each time that the outage is e times as long, and
    // none further apart than the repeats.
    #expect(story(of: "b").count <= 1800 * 6)
    world.answers["am"] = { _ in .answered(status: 200) }
    let before = story(of: "b").count
    world.pass(.minutes(2))
    #expect(story(of: "b").count == before + 2)
    #expect(outbox.rows.map(\.sink).sorted() == ["am (a)", "am (b)"])
    #expect(world.records.filter { $0.contains("not delivered") } == [])
  }

  @Test func aRefusalIsFinalForTheAlertAtFaultAlone() {
    let courier = start("a")
    world.answers["am"] = { request in
      String(decoding: request.body, as: UTF8.self).contains("poison")
        ? .answered(status: 400, detail: "invalid label set") : .answered(status: 200)
    }
    // The first is under way by itself; the others travel together once it is answered.
    courier.notify([.sample("a"), .sample("poison"), .sample("c")])
    world.pass(.minutes(1))
    #expect(outbox.rows.map(\.key.service.text).sorted() == ["a", "c"])
    let said = world.records.filter { $0.contains("invalid label set") }
    #expect(said.count == 1)
    #expect(said.first?.contains("poison: memory grows") == true)
    #expect(world.records.count == 1)
    world.pass(.minutes(1))
    #expect(story().suffix(2) == ["120 a/page 4", "120 c/page 4"])
  }

  @Test(arguments: [301, 401, 403, 404, 405, 410, 413])
  func whatStandsBeforeAnAlertmanagerLosesNoAlert(status: Int) {
    let courier = start("a")
    world.answers["am"] = { _ in .answered(status: status) }
    courier.notify([.sample()])
    world.pass(.minutes(10))
    #expect(world.records.count == 1)
    world.answers["am"] = { _ in .answered(status: 200) }
    world.pass(.minutes(1))
    #expect(world.records.last == "sink am (a) works again; 0 waiting")
    #expect(outbox.rows.map(\.lastFailure) == [nil])
  }

  @Test func manyAlertsShareARequest() {
    let courier = start("a")
    courier.notify((0..<200).map { .sample("s\($0)") })
    #expect(world.requests.map { Self.alerts($0).count } == [64, 64, 64, 8])
    world.pass(.minutes(1))
    #expect(world.requests.count == 8)
  }

  @Test func aRestartGoesOnUntilNothingConfirmsTheAlert() {
    var courier: Courier? = start("a")
    courier?.notify([.sample("api"), .sample("web")])
    courier = nil
    let second = start("a")
    #expect(Set(story().suffix(2)) == ["0 api/page 4", "0 web/page 4"])
    for _ in 0..<25 {
      world.pass(.hours(1))
      second.confirm(firing: [Alert.sample("web").key])
    }
    #expect(outbox.rows.map(\.key.service.text) == ["web"])
    #expect(outbox.alerts.keys.map(\.key.service.text) == ["web"])
    #expect(world.records.count == 1)
    #expect(world.records[0].contains("api: nothing tells of the service any more"))
    let ends = world.requests.filter { request in
      String(decoding: request.body, as: UTF8.self).contains("nothing tells of the service")
    }
    #expect(!ends.isEmpty)
  }

  @Test func aNewEpisodeAfterARestartTakesThePlaceOfTheOld() {
    var courier: Courier? = start("a")
    courier?.notify([.sample()])
    courier = nil
    let second = start("a")
    second.notify([.sample("api", episode: "ep-2")])
    second.notify([.sample("api", .resolved, episode: "ep-2")])
    #expect(outbox.rows == [])
    world.pass(.hours(1))
    #expect(story().filter { $0.hasSuffix(" 4") }.count == 3)
  }

  @Test func aMemberThatIsAddedLearnsWhatFires() {
    let courier = start("a")
    courier.notify([.sample()])
    courier.use(sinks: [Self.member("a"), Self.member("b")])
    #expect(story(of: "b") == ["0 api/page 4"])
    courier.use(sinks: [Self.member("b")])
    #expect(outbox.rows.map(\.sink) == ["am (b)"])
    #expect(world.records == [])
  }

  @Test func aClockThatIsPutBackSilencesNothing() {
    let courier = start("a")
    courier.notify([.sample()])
    world.pass(.seconds(30))
    world.putClockBack(by: .hours(5))
    // Whatever wakes it (here a second alert) finds the first one due, not five hours away.
    courier.notify([.sample("web")])
    world.pass(.minutes(3))
    #expect(story().filter { $0.contains("api") }.count == 5)
    #expect(courier.waitingCounts == ["am (a)": 0])
  }

  @Test func stoppingDoesNotWaitForRepeats() {
    let courier = start("a")
    courier.notify([.sample()])
    var result: Courier.DrainResult?
    courier.drain(within: .seconds(4)) { result = $0 }
    #expect(result == Courier.DrainResult(keptCount: 0, lostCount: 0))
    #expect(outbox.rows.count == 1)
  }

  @Test func credentialsAreReadAtEachAttempt() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/password"
      var sink = Self.member("a")
      sink.authentication = .basic(user: "leakwatch", password: .file(path))
      let notification = QueuedNotification(
        id: "i", sink: "am (a)", of: .sample(),
        message: sink.message(for: .sample(), after: nil, hasArrived: false),
        queuedAt: World.start)
      #expect(throws: SecretFailure.self) {
        try sink.request(for: [notification], at: World.start)
      }
      try "s3cret\n".write(toFile: path, atomically: true, encoding: .utf8)
      let request = try sink.request(for: [notification], at: World.start)
      #expect(request.header("authorization") == "Basic bGVha3dhdGNoOnMzY3JldA==")
      sink.authentication = .bearer(.file(path))
      #expect(
        try sink.request(for: [notification], at: World.start).header("authorization")
          == "Bearer s3cret")
    }
  }

  @Test(arguments: [
    ("http://h:9093", "http://h:9093/api/v2/alerts"),
    ("http://h:9093/", "http://h:9093/api/v2/alerts"),
    ("https://h/am/", "https://h/am/api/v2/alerts"),
    ("https://h/am/api/v2/alerts", "https://h/am/api/v2/alerts"),
  ])
  func endpoint(url: String, expected: String) {
    #expect(AlertmanagerSink.endpoint(url) == expected)
  }
}
