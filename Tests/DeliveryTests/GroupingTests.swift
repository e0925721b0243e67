import Alerting
import Foundation
import Testing
import TimeSeries

@testable import Delivery

/// Several alerts in one message, with time under the test's hand.
@Suite struct GroupingTests {
  let world = World()
  let outbox = MemoryOutbox()

  func start(_ sinks: [any NotificationSink]) -> Courier {
    let courier = world.courier(outbox: outbox)
    for sink in sinks { world.answers[sink.name] = { _ in .answered(status: 200) } }
    courier.start(sinks: sinks)
    return courier
  }

  static var options: SinkOptions {
    var options = SinkOptions()
    options.groupWait = .seconds(30)
    return options
  }

  static let webhook = WebhookSink(
    name: "hook", url: .literal("http://x/"), secrets: [.literal("secret")], options: options)

  func bodies() throws -> [[String: Any]] {
    try world.requests.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.body)) as? [String: Any])
    }
  }

  /// Second and services of each message.
  func story() throws -> [String] {
    try zip(world.sent, bodies()).map { sent, body in
      let data = try #require(body["data"] as? [String: Any])
      let alerts = data["alerts"] as? [[String: Any]] ?? [data]
      let names = alerts.map { "\($0["service"] ?? "?")/\($0["status"] ?? "?")" }
      return "\(Int(sent.second)) \(names.joined(separator: " "))"
    }
  }

  @Test func whatComesWithinTheWaitIsOneMessage() throws {
    let courier = start([Self.webhook])
    courier.notify([.sample("a"), .sample("b")])
    world.pass(.seconds(20))
    courier.notify([.sample("c")])
    #expect(outbox.rows.count == 3)
    #expect(world.requests.isEmpty)
    world.pass(.seconds(10))
    #expect(try story() == ["30 a/firing b/firing c/firing"])
    #expect(try bodies()[0]["type"] as? String == "leakwatch.alerts.group")
    #expect(outbox.rows == [])
    courier.notify([.sample("d")])
    world.pass(.seconds(30))
    #expect(try story().last == "60 d/firing")
    #expect(try bodies()[1]["type"] as? String == "leakwatch.alert.firing")
  }

  @Test func withoutAWaitEachIsSentAtOnce() throws {
    var sink = Self.webhook
    sink.options.groupWait = .zero
    let courier = start([sink])
    courier.notify([.sample("a"), .sample("b")])
    #expect(try story() == ["0 a/firing", "0 b/firing"])
  }

  @Test func whatEndsWithinTheWaitIsToldAsEnded() throws {
    let courier = start([Self.webhook])
    courier.notify([.sample("a"), .sample("b")])
    courier.notify([.sample("a", .resolved)])
    world.pass(.minutes(1))
    #expect(try story() == ["30 a/resolved b/firing"])
  }

  @Test func aCrashWithinTheWaitLosesNothing() throws {
    var courier: Courier? = start([Self.webhook])
    courier?.notify([.sample("a"), .sample("b")])
    courier = nil
    world.pass(.seconds(10))
    let second = start([Self.webhook])
    second.notify([.sample("c")])
    world.pass(.seconds(20))
    #expect(try story() == ["30 a/firing b/firing c/firing"])
  }

  /// A group that was tried keeps its members and its name; what came since is a message of its own.
  @Test func anotherAttemptIsTheSameMessage() throws {
    let courier = start([Self.webhook])
    world.answers["hook"] = { _ in .failed(reason: "refused") }
    courier.notify([.sample("a"), .sample("b")])
    world.pass(.seconds(30))
    courier.notify([.sample("c")])
    world.pass(.minutes(10))
    world.answers["hook"] = { _ in .answered(status: 200) }
    world.pass(.minutes(10))
    #expect(outbox.rows == [])
    let ids = zip(try story(), world.requests).map { line, request in
      "\(line.drop { $0 != " " }) \(request.header("webhook-id") ?? "")"
    }
    #expect(Set(ids).count == 2)
    #expect(Set(ids.filter { $0.hasPrefix(" a/firing b/firing ") }).count == 1)
  }

  @Test func aRefusedGroupIsSentOneByOne() throws {
    let courier = start([Self.webhook])
    world.answers["hook"] = { request in
      String(decoding: request.body, as: UTF8.self).contains("poison")
        ? .answered(status: 400) : .answered(status: 200)
    }
    courier.notify([.sample("a"), .sample("poison"), .sample("b")])
    world.pass(.minutes(1))
    #expect(outbox.rows == [])
    #expect(world.records.count == 1)
    #expect(world.records[0].contains("poison"))
  }

  @Test func noMessageGrowsWithoutBound() throws {
    let slack = SlackSink(name: "chat", url: .literal("http://x/"), options: Self.options)
    let courier = start([slack])
    courier.notify(
      (0..<100).map { index in
        var alert = Alert.sample("s\(index)", severity: index % 2 == 0 ? .page : .ticket)
        alert.summary = String(repeating: "<long & wide>", count: 1000)
        return alert
      })
    world.pass(.seconds(30))
    #expect(world.requests.count == 3)
    for body in try bodies() {
      let blocks = try #require(body["blocks"] as? [[String: Any]])
      #expect((21...50).contains(blocks.count))
      for block in blocks {
        let text = try #require((block["text"] as? [String: Any])?["text"] as? String)
        #expect(text.unicodeScalars.count <= 3000)
      }
    }
    #expect(try bodies()[0]["text"] as? String == "40 alerts: 40 firing")
  }

  @Test func aReloadThatChangesTheWaitLosesNothing() throws {
    let courier = start([Self.webhook])
    courier.notify([.sample("a")])
    var sink = Self.webhook
    sink.options.groupWait = .zero
    courier.use(sinks: [sink])
    world.pass(.minutes(1))
    #expect(outbox.rows == [])
    #expect(world.records == [])
  }

  @Test func aTemplateWordsWhatWaitedAndIsMendedForIt() throws {
    func sink(_ text: String) throws -> TemplateSink {
      TemplateSink(
        name: "own", method: .put, url: .literal("http://x/"), contentType: "text/plain",
        template: try MessageTemplate(text), options: Self.options)
    }
    let courier = start([try sink("{{service}}")])
    world.answers["own"] = { _ in .answered(status: 500) }
    courier.notify([.sample("a"), .sample("b")])
    world.pass(.seconds(31))
    world.answers["own"] = { _ in .answered(status: 200) }
    courier.use(sinks: [try sink("{{#alerts}}{{service}};{{/alerts}}")])
    world.pass(.minutes(1))
    #expect(world.requests.last.map { String(decoding: $0.body, as: UTF8.self) } == "a;b;")
    #expect(world.requests.last?.method == .put)
    #expect(world.requests.last?.header("content-type") == "text/plain")
    #expect(outbox.rows == [])
  }
}
