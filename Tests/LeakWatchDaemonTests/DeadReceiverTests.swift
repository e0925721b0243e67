import Alerting
import Delivery
import Foundation
import LinuxSystem
import TestSupport
import Testing
import TimeSeries

@testable import LeakWatchDaemon

/// Receivers that fail in every way that a network knows, over real sockets and the daemon's own
/// client: nothing is lost, and all of it arrives once they are back.
@Suite struct DeadReceiverTests {
  final class Kept: NotificationOutbox {
    var held = OutboxContent()

    func apply(_ change: OutboxChange) {
      held.waiting.removeAll { old in change.kept.contains { $0.slot == old.slot } }
      held.waiting += change.kept
      held.waiting.removeAll { old in change.removed.contains { $0.id == old.id } }
    }

    func content() throws -> OutboxContent { held }
    func postpone(_ notifications: [QueuedNotification]) throws {}
    func replace(with content: OutboxContent) throws { held = content }
  }

  static func alert(_ number: Int) -> Alert {
    let name = ServiceName("s\(number)")
    let now = SystemClock.wallTime()
    return Alert(
      key: AlertKey(service: name, kind: .oomKill), status: .firing, severity: .page,
      episode: EpisodeID(text: "ep"), host: "h", startedAt: now, at: now, summary: "it grows",
      description: ServiceDescription(name: name))
  }

  @Test(arguments: ["refuse", "/hang", "/429", "/500", "tls", "/reset"])
  func whatADeadReceiverMissedItGetsLater(way: String) throws {
    let folder = try TemporaryFolder()
    let log = folder.url.appendingPathComponent("received")
    let receiver = try TestService.python("receiver.py", [log.path])
    let working = receiver.url("/200")
    let failing =
      switch way {
      case "refuse": "http://127.0.0.1:1/"
      case "tls": working.replacing("http://", with: "https://")
      default: receiver.url(way)
      }
    let loop = try EventLoop()
    let outbox = Kept()
    var reasons: [String] = []
    let courier = Courier(
      transport: SinkTransport(client: LazyHTTPClient(loop: loop)), outbox: outbox,
      policy: RetryPolicy(initialDelay: .seconds(0.1), maximumDelay: .seconds(0.4)),
      surroundings: .live(on: loop),
      onEvent: { event in
        switch event {
        case .postponed(let one): reasons.append(one.lastFailure ?? "")
        case .gaveUp: Issue.record("\(event)")
        default: break
        }
      })
    func run(seconds: Double, until isDone: () -> Bool) throws -> Bool {
      let end = Date(timeIntervalSinceNow: seconds)
      while Date() < end, !isDone() { try loop.turn(waitingAtMost: .seconds(0.05)) }
      return isDone()
    }
    var sink = WebhookSink(name: "pager", url: .literal(failing))
    sink.options.timeout = .seconds(0.3)
    courier.start(sinks: [sink])
    courier.notify((0..<20).map(Self.alert))
    // Four at once at first, then one probe after another.
    #expect(try run(seconds: 30) { reasons.count >= 7 })
    #expect(outbox.held.waiting.count == 20)
    sink.url = .literal(working)
    sink.options.timeout = .seconds(10)
    courier.use(sinks: [sink])
    #expect(try run(seconds: 30) { outbox.held.waiting.isEmpty }, "\(reasons)")
    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    let delivered = Set(
      lines.filter { $0.contains("\"/200\"") }.compactMap { line in
        (0..<20).first { line.contains("\\\"service\\\":\\\"s\($0)\\\"") }
      })
    #expect(delivered.count == 20)
  }
}
