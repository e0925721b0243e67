import Alerting
import Delivery
import LinuxSystem
import Testing
import TimeSeries

/// A courier on the real event loop and clock.
@Suite struct CourierLoopTests {
  /// Fails twice, then takes everything.
  final class FlakyTransport: NotificationTransport {
    let loop: EventLoop
    var count = 0

    init(loop: EventLoop) { self.loop = loop }

    func post(_ request: OutgoingRequest, completion: @escaping (DeliveryOutcome) -> Void) {
      count += 1
      let status = count < 3 ? 503 : 204
      loop.schedule(after: .zero) { completion(.answered(status: status)) }
    }
  }

  @Test func anAlertGetsThrough() throws {
    let loop = try EventLoop()
    let outbox = MemoryOutbox()
    let transport = FlakyTransport(loop: loop)
    let courier = Courier(
      transport: transport, outbox: outbox,
      policy: RetryPolicy(initialDelay: .seconds(0.01)), surroundings: .live(on: loop),
      onEvent: { event in
        if case .delivered = event { loop.stop() }
      })
    courier.start(sinks: [PlainSink(name: "pager")])
    courier.notify([.sample()])
    #expect(outbox.rows.count == 1)
    loop.schedule(after: .seconds(30)) { loop.stop() }
    try loop.run()
    #expect(transport.count == 3)
    #expect(outbox.rows == [])
  }
}
