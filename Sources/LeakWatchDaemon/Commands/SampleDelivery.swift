internal import Alerting
internal import Delivery
internal import LinuxSystem
internal import TimeSeries
internal import WatchConfiguration

/// One attempt to deliver one alert to one sink, through what the daemon uses for it.
struct SampleDelivery {
  struct Outcome {
    var isDelivered: Bool
    var text: String
  }

  private let loop: EventLoop
  private let transport: SinkTransport

  init(_ configuration: Configuration) throws {
    loop = try EventLoop()
    transport = SinkTransport(client: LazyHTTPClient(loop: loop))
    transport.adopt(configuration)
  }

  func send(_ alert: Alert, to sink: any NotificationSink) throws -> Outcome {
    let request: OutgoingRequest
    do {
      request = try sink.request(for: sink.notification(alert), at: SystemClock.wallTime())
    } catch {
      return Outcome(isDelivered: false, text: "not sent: \(error)")
    }
    var answer: DeliveryOutcome?
    transport.post(request) { answer = $0 }
    while answer == nil { try loop.turn(waitingAtMost: .seconds(1)) }
    guard let answer else { return Outcome(isDelivered: false, text: "no answer") }
    guard case .answered(status: 200...299, _, _) = answer else {
      return Outcome(isDelivered: false, text: "not delivered: \(sink.judge(answer).reason)")
    }
    return Outcome(isDelivered: true, text: "delivered")
  }
}

extension NotificationSink {
  /// What would wait in the queue for this alert.
  func notification(_ alert: Alert) -> QueuedNotification {
    QueuedNotification(
      id: NotificationID.make(sink: name, alert: alert), sink: name, of: alert,
      message: message(for: alert, after: nil, hasArrived: false), queuedAt: alert.at)
  }

  /// What is sent of an alert, without what is secret.
  func printable(_ alert: Alert) -> [UInt8] {
    guard repetition != nil, let body = AlertmanagerBody(bytes: body(for: alert)) else {
      return self.body(for: alert)
    }
    return Array(("[" + body.elements(endsAt: nil).joined(separator: ",") + "]").utf8)
  }
}
