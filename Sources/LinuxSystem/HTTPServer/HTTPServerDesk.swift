private import Glibc
internal import TimeSeries

/// What libmicrohttpd calls back: who is connected and since when, and what to answer.
final class HTTPServerDesk {
  private let loop: EventLoop
  private let patience: TimeSpan
  private let answer: (HTTPServerRequest) -> HTTPServerReply
  /// Open connections, each with the alarm at the end of its time.
  private var alarms: [Int32: EventLoop.TimerID] = [:]
  /// A connection has ended since this was last asked.
  private var hasEnded = false

  init(
    loop: EventLoop, patience: TimeSpan, answer: @escaping (HTTPServerRequest) -> HTTPServerReply
  ) {
    self.loop = loop
    self.patience = patience
    self.answer = answer
  }

  deinit {
    for alarm in alarms.values { loop.cancel(alarm) }
  }

  var connectionCount: Int { alarms.count }

  func reply(to request: HTTPServerRequest) -> HTTPServerReply { answer(request) }

  /// Whoever sends a byte now and then is never idle: after `patience` it is over for him too.
  func begin(_ descriptor: Int32) {
    alarms[descriptor] = loop.schedule(after: patience, tolerance: .seconds(1)) {
      // libmicrohttpd sees the end of the stream and closes.
      _ = shutdown(descriptor, Int32(SHUT_RDWR))
    }
  }

  func end(_ descriptor: Int32) {
    if let alarm = alarms.removeValue(forKey: descriptor) { loop.cancel(alarm) }
    hasEnded = true
  }

  func takeEnd() -> Bool {
    defer { hasEnded = false }
    return hasEnded
  }
}
