import Alerting
import Delivery
import Foundation
import LinuxSystem
import TestSupport
import Testing
import TimeSeries

/// Two couriers, as of two LeakWatch that watch the same service, and a cluster of two real
/// Alertmanagers that joins what they say into one notification.
@Suite(.serialized) struct AlertmanagerClusterTests {
  /// The HTTP client of the daemon.
  final class Transport: NotificationTransport {
    let client: HTTPClient

    init(loop: EventLoop) throws { client = try HTTPClient(loop: loop) }

    func post(_ request: OutgoingRequest, completion: @escaping (DeliveryOutcome) -> Void) {
      var post = HTTPRequest(.post, url: request.url)
      post.headers = request.headers.map { HTTPHeader($0.name, $0.value) }
      post.body = request.body
      post.timeout = .seconds(2)
      client.send(post) { result in
        switch result {
        case .success(let response):
          completion(
            .answered(
              status: response.status, detail: String(decoding: response.body, as: UTF8.self)))
        case .failure(let failure): completion(.failed(reason: failure.description))
        }
      }
    }
  }

  /// One notification as the receiver got it.
  struct Page: Equatable {
    var status: String
    var alertCount: Int
  }

  final class Rig {
    let folder: TemporaryFolder
    let loop: EventLoop
    let receiver: TestService
    let members: [AlertmanagerServer]
    let couriers: [Courier]
    let outboxes = [MemoryOutbox(), MemoryOutbox()]
    let events: Events

    final class Events {
      var all: [DeliveryEvent] = []
    }

    init() throws {
      folder = try TemporaryFolder()
      let events = Events()
      self.events = events
      receiver = try TestService.python("receiver.py", [folder.url.path + "/received"])
      let first = try Self.member(telling: receiver)
      let second = try Self.member(telling: receiver, besides: [first.clusterAddress])
      members = [first, second]
      let loop = try EventLoop()
      self.loop = loop
      couriers = try outboxes.map { outbox in
        Courier(
          transport: try Transport(loop: loop), outbox: outbox, surroundings: .live(on: loop),
          onEvent: { events.all.append($0) })
      }
      for courier in couriers {
        courier.start(
          sinks: members.map {
            AlertmanagerSink(
              name: "am (\($0.url))", options: "am", url: .literal($0.url), interval: .seconds(1))
          })
      }
    }

    /// The wait for the other's word must hold a receiver's answer and its gossip on a machine that
    /// is busy with other tests: at one second both members spoke there.
    static func member(telling receiver: TestService, besides peers: [String] = []) throws
      -> AlertmanagerServer
    {
      try AlertmanagerServer(
        webhook: receiver.url("/200"), peers: peers, groupIntervalSeconds: 24,
        peerTimeoutSeconds: 8)
    }

    var pages: [Page] {
      let text = (try? String(contentsOfFile: folder.url.path + "/received", encoding: .utf8)) ?? ""
      return text.split(separator: "\n").map { line in
        let record = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        let body = (record?["body"] as? String).flatMap {
          try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        return Page(
          status: body?["status"] as? String ?? "?",
          alertCount: (body?["alerts"] as? [Any])?.count ?? 0)
      }
    }

    /// Serves the couriers until the condition holds, for `seconds` at most.
    func run(seconds: Double, until condition: () -> Bool = { false }) throws -> Bool {
      let end = Date(timeIntervalSinceNow: seconds)
      while Date() < end {
        if condition() { return true }
        for _ in 0..<20 { try loop.turn(waitingAtMost: .seconds(0.02)) }
      }
      return condition()
    }

    /// What each of the two saw: one service over the network, not at the same moment.
    func alerts(_ status: Alert.Status) -> [Alert] {
      [0, 1].map { index in
        var alert = Alert.sample("api", status, episode: "of-watcher-\(index)")
        alert.host = "watcher-\(index)"
        alert.startedAt = SystemClock.wallTime() - .seconds(Double(60 + index))
        alert.at = SystemClock.wallTime()
        return alert
      }
    }

    func notify(_ status: Alert.Status) {
      for (courier, alert) in zip(couriers, alerts(status)) { courier.notify([alert]) }
    }
  }

  static let labels = [
    "alertname": "LeakWatchMemoryGrowth", "service": "api", "severity": "page",
  ]

  /// Two watchers' alert in a formed cluster, and the one page that came of it.
  func rigWithOnePage() throws -> Rig {
    let rig = try Rig()
    let isFormed = try rig.run(seconds: 60) { rig.members.allSatisfy { $0.memberCount == 2 } }
    #expect(isFormed, "\(rig.members.map(\.log))")
    rig.notify(.firing)
    #expect(try rig.run(seconds: 60) { !rig.pages.isEmpty })
    // Longer than the second member waits for the first one's word.
    _ = try rig.run(seconds: 12)
    #expect(rig.pages == [Page(status: "firing", alertCount: 1)])
    for member in rig.members {
      #expect(member.alerts("alertname=LeakWatchMemoryGrowth", "service=api") == [Self.labels])
    }
    return rig
  }

  /// Both members learnt of the alert in the same moment, so that their group intervals are in step
  /// and the second one waits its whole eight seconds for the first one's word.
  @Test func oneAlertOfTwoWatchersIsOnePageAndOneEnd() throws {
    let rig = try rigWithOnePage()
    rig.notify(.resolved)
    #expect(try rig.run(seconds: 60) { rig.pages.count >= 2 })
    _ = try rig.run(seconds: 12)
    #expect(
      rig.pages
        == [Page(status: "firing", alertCount: 1), Page(status: "resolved", alertCount: 1)])
    #expect(rig.outboxes.flatMap(\.rows) == [])
    let lost = rig.events.all.filter { if case .gaveUp = $0 { true } else { false } }
    #expect(lost == [])
  }

  /// What comes after is not looked at: the intervals of a member that was restarted begin at
  /// another moment, and when the end of its wait meets the other's turn both of them say the end.
  @Test func aMemberThatLostEverythingIsToldAgainAndNobodyIsPaged() throws {
    let rig = try rigWithOnePage()
    rig.members[1].kill()
    _ = try rig.run(seconds: 3)
    #expect(rig.members[0].alerts("service=api") == [Self.labels])
    try rig.members[1].start()
    #expect(try rig.run(seconds: 60) { rig.members[1].alerts("service=api") == [Self.labels] })
    _ = try rig.run(seconds: 14)
    #expect(rig.pages == [Page(status: "firing", alertCount: 1)])
  }

  @Test func anAlertmanagerSaysWhatItRefuses() throws {
    let rig = try Rig()
    #expect(try rig.run(seconds: 60) { rig.members.allSatisfy { $0.memberCount > 0 } })
    rig.couriers[0].notify([.sample("first"), .sample("good")])
    #expect(
      try rig.run(seconds: 15) {
        rig.members.allSatisfy { $0.alerts("service=good").count == 1 }
      })
    let sink = AlertmanagerSink(
      name: "bad (x)", options: "bad", url: .literal(rig.members[0].url), interval: .seconds(1))
    var refused = sink
    refused.labels = [("not a name", "x")]
    rig.couriers[1].use(sinks: [refused])
    rig.couriers[1].notify([.sample("bad")])
    _ = try rig.run(seconds: 10) { rig.outboxes[1].rows.isEmpty }
    let reasons = rig.events.all.compactMap { event -> String? in
      if case .gaveUp(_, let reason) = event { reason } else { nil }
    }
    #expect(reasons.count == 1)
    #expect(reasons.first?.contains("the receiver answered 400 (") == true)
    #expect(reasons.first?.contains("invalid label") == true, "\(reasons)")
  }
}
