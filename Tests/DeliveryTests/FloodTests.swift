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

  /// At most a hundred attempts in half a minute, nothing lost, and all of it delivered once the
  /// receiver is back.
  @Test(arguments: failures)
  func tenThousandAlertsDoNotFloodADeadReceiver(failure: DeliveryOutcome) {
    let world = World()
    let outbox = MemoryOutbox()
    let courier = world.courier(outbox: outbox)
    world.answers["pager"] = { _ in failure }
    courier.start(sinks: [PlainSink(name: "pager")])
    courier.notify((0..<10_000).map { .sample("s\($0)") })
    world.pass(.seconds(30))
    #expect(world.sent.count <= 100)
    #expect(outbox.rows.count == 10_000)
    world.pass(.hours(1))
    #expect(world.sent.count <= 200)
    world.answers["pager"] = { _ in .answered(status: 200) }
    world.pass(.hours(1))
    #expect(outbox.rows == [])
    #expect(world.records.count == 2)
    let delivered = world.events.compactMap { event in
      if case .delivered(let notification) = event { notification.key } else { nil }
    }
    #expect(Set(delivered).count == 10_000 && delivered.count == 10_000)
  }
}
