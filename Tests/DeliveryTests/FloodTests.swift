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
    // No transaction is larger than the database's cache.
    #expect(outbox.keptCounts.filter { $0 > 0 } == Array(repeating: 500, count: 20))
    world.pass(outage)
    #expect(outbox.rows.count == 10_000)
    let moments = world.sent.map(\.second)
    #expect(zip(moments, moments.dropFirst(100)).allSatisfy { $1 - $0 >= 30 })
    world.answers["pager"] = { _ in .answered(status: 200) }
    world.pass(.seconds(5))
    #expect(outbox.rows == [])
    #expect(world.records.count == 2)
    let delivered = world.delivered.map(\.key)
    #expect(Set(delivered).count == 10_000 && delivered.count == 10_000)
  }

  /// A disk that fails is not tried for each five hundred of them, and has them all once it works.
  @Test(arguments: [0, 500]) func aDiskThatFailsAmongManyAlertsGetsAllOfThemLater(before: Int) {
    let world = World()
    let outbox = MemoryOutbox()
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: [PlainSink(name: "pager")])
    courier.notify((0..<before).map { .sample("s\($0)") })
    let writesBefore = outbox.writeCount
    outbox.isFailing = true
    courier.notify((0..<5000).map { .sample("t\($0)") })
    #expect(outbox.writeCount == writesBefore + 2)
    #expect(world.records.count == 1)
    outbox.isFailing = false
    courier.confirm(firing: Set((0..<5000).map { Alert.sample("t\($0)").key }))
    #expect(outbox.rows.count == before + 5000)
    #expect(outbox.alerts.count == before + 5000)
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

  /// How long after its return, `outage` after it stopped answering, a receiver has everything that
  /// takes `answer` for an answer from then on. `known`: what it needed before; nil if nothing is known.
  private func seconds(
    untilAllHaveArrivedAfter outage: TimeSpan, alerts: Int, known: TimeSpan?, answer: TimeSpan
  ) -> Double {
    let world = World()
    let courier = world.courier(outbox: MemoryOutbox())
    courier.start(sinks: [PlainSink(name: "pager")])
    if let known {
      world.answeringSpans["pager"] = known
      courier.notify([.sample("before")])
      world.pass(.seconds(10))
      #expect(courier.waitingCounts == ["pager": 0])
    }
    world.answeringSpans["pager"] = .days(1)
    courier.notify((0..<alerts).map { .sample("s\($0)") })
    world.pass(outage)
    #expect(courier.waitingCounts == ["pager": alerts])
    world.answeringSpans["pager"] = answer
    let back = world.second
    while courier.waitingCounts != ["pager": 0], world.second - back < 120 {
      world.pass(.seconds(0.25))
    }
    return world.second - back
  }

  /// From 15 seconds, after which the first attempts are over, to ten minutes.
  private static let outages: [TimeSpan] = {
    let early = (0..<24).map { 15 + 0.5 * Double($0 * ($0 + 1)) }
    let late = (0..<24).map { 600 + 2.5 * Double($0) }
    return (early + late).map { .seconds($0) }
  }()

  /// What hangs in a receiver that takes requests and answers none does not outlast its return, whatever
  /// the moment of that.
  @Test(arguments: [1, 20], [nil, TimeSpan.seconds(0.1), .seconds(1)])
  func aReceiverThatHungIsFoundToBeBack(alerts: Int, known: TimeSpan?) {
    for outage in Self.outages {
      let span = seconds(
        untilAllHaveArrivedAfter: outage, alerts: alerts, known: known, answer: .seconds(0.1))
      #expect(span <= 5, "after \(outage)")
    }
  }

  /// One that comes back slower than it was is waited for: the attempt that has the whole timeout, which
  /// is sent as soon as the one before it is over, shows it.
  @Test(arguments: [1, 20])
  func aReceiverThatComesBackSlowlyIsWaitedFor(alerts: Int) {
    for outage in Self.outages {
      let span = seconds(
        untilAllHaveArrivedAfter: outage, alerts: alerts, known: .seconds(0.1), answer: .seconds(6))
      // One such attempt, its pause, and then all of them, four at a time.
      let rounds = Double((alerts + 3) / 4)
      #expect(span <= 24 + 6 * rounds, "after \(outage)")
    }
  }

  /// At any moment two requests at most are open at a receiver that answers none, beside those from
  /// before.
  @Test func aReceiverThatHangsIsAskedByOneProbeAndOneStraggler() {
    let world = World()
    let courier = world.courier(outbox: MemoryOutbox())
    world.answeringSpans["pager"] = .days(1)
    courier.start(sinks: [PlainSink(name: "pager")])
    courier.notify((0..<20).map { .sample("s\($0)") })
    world.pass(.hours(1))
    let begun = world.sent.map(\.second)
    let ended = zip(begun, world.requests).map { $0 + $1.timeout.seconds }
    let open = begun.map { moment in
      begun.indices.count { begun[$0] <= moment && moment < ended[$0] }
    }
    #expect(open.dropFirst(4).max() == 2)
    #expect(open.count > 500)
  }
}
