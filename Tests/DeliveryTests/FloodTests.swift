import Alerting
import Foundation
import LinuxSystem
import TestSupport
import Testing
import TimeSeries

@testable import Delivery

/// Very many alerts before a receiver that is down.
@Suite struct FloodTests {
  static let failures: [DeliveryOutcome] = [
    .failed(reason: "connection refused"), .failed(reason: "timed out"),
    .answered(status: 429, retryAfter: "1"), .answered(status: 500),
    .failed(reason: "TLS: certificate has expired"), .failed(reason: "connection reset"),
  ]

  /// At most a hundred attempts in half a minute, nothing lost, and all of it delivered within five
  /// seconds of the receiver's return, whether it was away for half a minute or for an hour.
  @Test(arguments: failures, [TimeSpan.seconds(30), .hours(1)])
  func tenThousandAlertsDoNotFloodADeadReceiver(failure: DeliveryOutcome, outage: TimeSpan) {
    let world = World()
    let outbox = MemoryOutbox()
    let courier = world.courier(outbox: outbox)
    world.answers["pager"] = { _ in failure }
    courier.start(sinks: [PlainSink(name: "pager")])
    courier.notify((0..<10_000).map { .sample("s\($0)") })
    world.pass(outage)
    #expect(outbox.rows.count == 10_000)
    let moments = world.sent.map(\.second)
    #expect(zip(moments, moments.dropFirst(100)).allSatisfy { $1 - $0 >= 30 })
    world.answers["pager"] = { _ in .answered(status: 200) }
    world.pass(.seconds(5))
    #expect(outbox.rows == [])
    #expect(world.records.count == 2)
    let delivered = world.events.compactMap { event in
      if case .delivered(let notification) = event { notification.key } else { nil }
    }
    #expect(Set(delivered).count == 10_000 && delivered.count == 10_000)
  }

  /// A receiver that is away for long is asked less and less often, and no message for itself decides
  /// how soon it is found to be back.
  @Test func probesBecomeRareInALongOutage() {
    let world = World()
    let outbox = MemoryOutbox()
    let courier = world.courier(outbox: outbox)
    world.answers["pager"] = { _ in .failed(reason: "connection refused") }
    courier.start(sinks: [PlainSink(name: "pager")])
    courier.notify([.sample()])
    world.pass(.hours(1))
    #expect((1780...1810).contains(world.sent.count))
    world.pass(.hours(19))
    // An hour in which the pause is two seconds, and then the logarithm of 20 such hours.
    #expect((6900...7400).contains(world.sent.count))
    world.answers["pager"] = { _ in .answered(status: 200) }
    world.pass(.seconds(41))
    #expect(outbox.rows == [])
  }

  /// How long after its return, `outage` after it stopped answering, a receiver is found to be back
  /// that takes `answer` for an answer from then on.
  private func seconds(untilFoundAfter outage: TimeSpan, answer: TimeSpan) -> Double {
    let world = World()
    let courier = world.courier(outbox: MemoryOutbox())
    world.answeringSpans["pager"] = .seconds(0.1)
    courier.start(sinks: [PlainSink(name: "pager")])
    courier.notify([.sample("before")])
    world.pass(.seconds(1))
    #expect(courier.waitingCounts == ["pager": 0])
    world.answeringSpans["pager"] = .days(1)
    courier.notify((0..<20).map { .sample("s\($0)") })
    world.pass(outage)
    #expect(courier.waitingCounts == ["pager": 20])
    world.answeringSpans["pager"] = answer
    let back = world.second
    world.pass(.minutes(2))
    #expect(courier.waitingCounts == ["pager": 0])
    let isInTime = { (index: Int) in
      world.sent[index].second >= back && answer <= world.requests[index].timeout
    }
    let first = world.requests.indices.first(where: isInTime)
    return first.map { world.sent[$0].second + answer.seconds - back } ?? .infinity
  }

  /// What hangs in a receiver that takes requests and answers none hardly ever outlasts its return, and
  /// one that comes back slower than it was is waited for.
  @Test func aReceiverThatHungIsFoundToBeBack() {
    let outages = (0..<24).map { TimeSpan.seconds(600 + 5 * Double($0) / 2) }
    let quick = outages.map { seconds(untilFoundAfter: $0, answer: .seconds(0.1)) }.sorted()
    #expect(quick[quick.count / 2] <= 5)
    #expect(quick.last ?? .infinity <= 18)
    let slow = outages.map { seconds(untilFoundAfter: $0, answer: .seconds(6)) }.sorted()
    #expect(slow.last ?? .infinity <= 60)
  }
}
