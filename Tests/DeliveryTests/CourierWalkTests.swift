import Alerting
import Testing
import TimeSeries

@testable import Delivery

/// Long random lives of a courier, each repeatable by its seed.
@Suite struct CourierWalkTests {
  /// Knuth's MMIX generator: the same walk for the same seed on every machine.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 33
    }
  }

  static let sinks = [PlainSink(name: "a"), PlainSink(name: "b"), PlainSink(name: "c")]
  static let outcomes: [DeliveryOutcome] = [
    .answered(status: 200), .answered(status: 200), .answered(status: 500),
    .answered(status: 429, retryAfter: "20"), .failed(reason: "timed out"),
  ]

  @Test(arguments: 0..<UInt64(40))
  func nothingIsLostReorderedOrCrowded(seed: UInt64) throws {
    var generator = Generator(state: seed)
    let world = World()
    let outbox = MemoryOutbox()
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: Self.sinks)
    var episode = ["x": 0, "y": 0]
    for _ in 0..<300 {
      let sink = Self.sinks.randomElement(using: &generator)?.name ?? ""
      switch Int.random(in: 0..<4, using: &generator) {
      case 0:
        let service = Bool.random(using: &generator) ? "x" : "y"
        let number = episode[service, default: 0]
        episode[service] = number + 1
        // Even numbers begin an episode, odd ones end it.
        let status = number % 2 == 0 ? Alert.Status.firing : .resolved
        courier.notify([.sample(service, status, episode: "\(number / 2)")])
      case 1: world.pass(.seconds(Double.random(in: 0..<40, using: &generator)))
      default:
        world.answer(sink, Self.outcomes.randomElement(using: &generator) ?? .failed(reason: ""))
      }
      #expect(world.unansweredCount <= Self.sinks.count * SinkLane.maximumInFlight)
      // That some have arrived is written a moment later.
      world.pass(OutboxLedger.holdingSpan)
      #expect(outbox.rows.count == courier.waitingCounts.values.reduce(0, +))
    }
    Self.settle(world)
    #expect(outbox.rows == [])
    let delivered = world.delivered
    for sink in Self.sinks { try Self.checkOrder(delivered.filter { $0.sink == sink.name }) }
    // The last state of each service has reached each sink.
    for (service, count) in episode where count > 0 {
      let last = NotificationID.make(
        sink: "a",
        alert: .sample(
          service, count % 2 == 1 ? .firing : .resolved, episode: "\((count - 1) / 2)"))
      #expect(delivered.contains { $0.id == last })
    }
  }

  /// Every receiver works from here on.
  static func settle(_ world: World) {
    for sink in sinks { world.answers[sink.name] = { _ in .answered(status: 200) } }
    for sink in sinks {
      for _ in 0..<SinkLane.maximumInFlight { world.answer(sink.name, .answered(status: 200)) }
    }
    world.pass(.hours(1))
  }

  /// For each service episodes in order, and no beginning after its end.
  static func checkOrder(_ delivered: [QueuedNotification]) throws {
    for service in ["x", "y"] {
      let ranks = try delivered.filter { $0.key.service.text == service }.map { notification in
        let number = try #require(Int(notification.episode.text.dropFirst("x-".count)))
        return number * 2 + (notification.status == .resolved ? 1 : 0)
      }
      #expect(ranks == ranks.sorted())
      #expect(Set(ranks).count == ranks.count)
    }
  }
}
