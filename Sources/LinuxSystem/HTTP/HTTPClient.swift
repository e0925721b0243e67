internal import TimeSeries

/// HTTP and HTTPS through one libcurl multi handle on the event loop's thread: connections are
/// kept and reused, and no request ever waits for another.
///
/// Make it when the first target or sink exists: TLS libraries cost memory. A completion is never
/// called from inside `send`, and may itself call `send` and `cancel`.
package final class HTTPClient {
  /// The head, or why there is none; the span is the body, valid during the call alone.
  package typealias Reading = (Result<HTTPResponseHead, HTTPFailure>, Span<UInt8>) -> Void

  private struct Request {
    var transfer: CurlTransfer
    var read: Reading
  }

  /// How long a handle and its buffer wait for the next request before they are freed.
  private static let idleTime = TimeSpan.seconds(30)

  private static let noBody: [UInt8] = []

  private let loop: EventLoop
  private let multi: CurlMulti
  private var active: [HTTPRequestID: Request] = [:]
  /// Requests that cannot be made, waiting to be answered.
  private var refused: [HTTPRequestID: EventLoop.TimerID] = [:]
  private var numbers: [ObjectIdentifier: HTTPRequestID] = [:]
  /// Least recently used first; taken from the end, so that surplus ones grow old.
  private var idle: [CurlTransfer] = []
  private var idleTimer: EventLoop.TimerID?
  private var lastNumber: UInt64 = 0

  /// `maximumIdleConnections` bounds the sockets kept open between requests.
  package init(loop: EventLoop, maximumIdleConnections: Int = 1024) throws(HTTPFailure) {
    self.loop = loop
    // TLS libraries write to sockets without MSG_NOSIGNAL.
    BrokenPipes.ignoreSignals()
    multi = try CurlMulti(loop: loop, maximumIdleConnections: maximumIdleConnections)
    multi.onFinished = { [unowned self] transfer, code in finish(transfer) { $0.outcome(code) } }
  }

  deinit { shutdown() }

  /// Sends `request`; `completion` gets the whole response in arrays of its own.
  @discardableResult
  package func send(
    _ request: HTTPRequest, completion: @escaping (Result<HTTPResponse, HTTPFailure>) -> Void
  ) -> HTTPRequestID {
    send(request) { (head, body: Span<UInt8>) in
      completion(head.map { HTTPResponse(head: $0, body: body.copied()) })
    }
  }

  /// Sends `request`; `read` sees the body in the client's reused buffer, without a copy.
  @discardableResult
  package func send(_ request: HTTPRequest, reading read: @escaping Reading) -> HTTPRequestID {
    lastNumber += 1
    let id = HTTPRequestID(number: lastNumber)
    do {
      try start(request, as: id, read)
    } catch {
      // Even a request that cannot be made is answered later, not from inside this call.
      refused[id] = loop.schedule(after: .zero) { [unowned self] in
        refused[id] = nil
        read(.failure(error), Self.noBody.span)
      }
    }
    return id
  }

  /// Ends the request; its completion will not be called. Unknown or finished ids are ignored.
  package func cancel(_ id: HTTPRequestID) {
    if let timer = refused.removeValue(forKey: id) { loop.cancel(timer) }
    guard let request = active.removeValue(forKey: id) else { return }
    release(request.transfer, isSound: false)
  }

  /// Cancels everything and frees all idle memory.
  package func shutdown() {
    // Without `release`: from deinit no timer may be scheduled that refers to this object.
    for request in active.values { multi.remove(request.transfer) }
    for timer in refused.values { loop.cancel(timer) }
    active = [:]
    refused = [:]
    numbers = [:]
    idle.removeAll()
    if let idleTimer { loop.cancel(idleTimer) }
    idleTimer = nil
  }

  /// Requests under way.
  package var activeCount: Int { active.count }

  private func start(
    _ request: HTTPRequest, as id: HTTPRequestID, _ read: @escaping Reading
  ) throws(HTTPFailure) {
    guard let transfer = idle.popLast() ?? CurlTransfer() else {
      throw HTTPFailure(reason: .other("out of memory"), url: request.displayURL)
    }
    try transfer.prepare(request)
    guard multi.add(transfer) else {
      throw HTTPFailure(reason: .other("libcurl refuses the request"), url: request.displayURL)
    }
    active[id] = Request(transfer: transfer, read: read)
    numbers[ObjectIdentifier(transfer)] = id
  }

  private func finish(
    _ transfer: CurlTransfer,
    _ outcome: (CurlTransfer) -> Result<HTTPResponseHead, HTTPFailure>
  ) {
    // One that was cancelled by a completion of the same turn is already gone.
    guard let id = numbers[ObjectIdentifier(transfer)],
      let request = active.removeValue(forKey: id)
    else { return }
    let result = outcome(transfer)
    switch result {
    case .success: request.read(result, transfer.body.span)
    case .failure: request.read(result, Self.noBody.span)
    }
    release(transfer, isSound: (try? result.get()) != nil)
  }

  private func release(_ transfer: CurlTransfer, isSound: Bool) {
    numbers[ObjectIdentifier(transfer)] = nil
    multi.remove(transfer)
    transfer.rest(at: SystemClock.monotonic(), isSound: isSound)
    idle.append(transfer)
    scheduleIdleRelease()
  }

  private func scheduleIdleRelease() {
    guard idleTimer == nil else { return }
    idleTimer = loop.schedule(after: Self.idleTime, tolerance: Self.idleTime) { [unowned self] in
      idleTimer = nil
      let limit = SystemClock.monotonic() - Self.idleTime
      idle.removeAll { $0.idleSince <= limit }
      if !idle.isEmpty { scheduleIdleRelease() }
    }
  }
}

extension Span<UInt8> {
  fileprivate func copied() -> [UInt8] {
    unsafe withUnsafeBufferPointer { unsafe [UInt8]($0) }
  }
}
