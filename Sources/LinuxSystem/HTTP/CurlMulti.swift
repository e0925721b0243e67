internal import CCurl
internal import TimeSeries

/// libcurl's multi handle, driven by the event loop through `curl_multi_socket_action(3)`: it
/// tells us which sockets to watch and when to wake it, and never waits by itself.
@safe final class CurlMulti {
  /// Called for each request that is over, outside any callback of libcurl.
  var onFinished: (CurlTransfer, CURLcode) -> Void = { _, _ in }

  private let handle: UnsafeMutableRawPointer
  private let loop: EventLoop
  private var timer: EventLoop.TimerID?
  private let sockets: CurlSockets

  /// libcurl's own start-up, once in a process.
  private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  init(loop: EventLoop, maximumIdleConnections: Int) throws(HTTPFailure) {
    guard Self.isReady, let handle = unsafe curl_multi_init() else {
      throw HTTPFailure(reason: .other("libcurl cannot start (out of memory?)"), url: "libcurl")
    }
    unsafe self.handle = handle
    self.loop = loop
    sockets = CurlSockets(loop: loop)
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe leakwatch_curl_multi_set_socket_callback(handle, curlWantsSocket)
    unsafe leakwatch_curl_multi_set_pointer(handle, CURLMOPT_SOCKETDATA, context)
    unsafe leakwatch_curl_multi_set_timer_callback(handle, curlWantsTimer)
    unsafe leakwatch_curl_multi_set_pointer(handle, CURLMOPT_TIMERDATA, context)
    unsafe leakwatch_curl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, maximumIdleConnections)
  }

  /// Every transfer must have been removed.
  deinit {
    // Closing its connections, libcurl would call back into an object that is going away.
    unsafe leakwatch_curl_multi_set_socket_callback(handle, nil)
    unsafe leakwatch_curl_multi_set_timer_callback(handle, nil)
    unsafe curl_multi_cleanup(handle)
    if let timer { loop.cancel(timer) }
    sockets.unwatchAll()
  }

  /// Starts the request; it ends in `onFinished`, never before this returns.
  func add(_ transfer: CurlTransfer) -> Bool {
    sockets.adopt(transfer)
    return unsafe curl_multi_add_handle(handle, transfer.easy) == CURLM_OK
  }

  /// Ends the request at once if it is under way.
  func remove(_ transfer: CurlTransfer) {
    unsafe curl_multi_remove_handle(handle, transfer.easy)
  }

  private func act(on descriptor: Int32, _ events: Int32) {
    var running: Int32 = 0
    unsafe curl_multi_socket_action(handle, descriptor, events, &running)
    for (transfer, code) in finished() { onFinished(transfer, code) }
  }

  /// Taken from the queue before anyone is told, for whoever is told may add and remove.
  private func finished() -> [(CurlTransfer, CURLcode)] {
    var finished: [(CurlTransfer, CURLcode)] = []
    var left: Int32 = 0
    while let message = unsafe curl_multi_info_read(handle, &left) {
      guard unsafe message.pointee.msg == CURLMSG_DONE,
        let easy = unsafe message.pointee.easy_handle
      else { continue }
      guard let transfer = unsafe CurlTransfer.of(easy) else { continue }
      unsafe finished.append((transfer, message.pointee.data.result))
    }
    return finished
  }
}

// MARK: - What libcurl asks of the event loop

extension CurlMulti {
  fileprivate func watch(
    _ descriptor: Int32, _ what: Int32, of easy: UnsafeMutableRawPointer?
  ) -> Int32 {
    var interest: EventLoop.Readiness = []
    if what & CURL_POLL_IN != 0, what != CURL_POLL_REMOVE { interest.insert(.readable) }
    if what & CURL_POLL_OUT != 0, what != CURL_POLL_REMOVE { interest.insert(.writable) }
    guard !interest.isEmpty else {
      let transfer = unsafe easy.flatMap { unsafe CurlTransfer.of($0) }
      sockets.leave(descriptor, isAnswered: transfer.map { $0.headerBytes > 0 } ?? false)
      return 0
    }
    do {
      try sockets.watch(descriptor, for: interest) { [unowned self] readiness in
        act(on: descriptor, Self.events(readiness))
      }
      return 0
    } catch {
      return -1
    }
  }

  /// A bare hang-up becomes 0, "look for yourself": told of an error, libcurl would report just
  /// that, and not the reset or the half reply that it finds when it reads.
  private static func events(_ readiness: EventLoop.Readiness) -> Int32 {
    (readiness.contains(.readable) ? CURL_CSELECT_IN : 0)
      | (readiness.contains(.writable) ? CURL_CSELECT_OUT : 0)
  }

  fileprivate func setTimer(milliseconds: Int) -> Int32 {
    if let timer { loop.cancel(timer) }
    timer = nil
    guard milliseconds >= 0 else { return 0 }
    timer = loop.schedule(after: TimeSpan(milliseconds: Int64(milliseconds))) { [unowned self] in
      timer = nil
      act(on: CURL_SOCKET_TIMEOUT, 0)
    }
    return 0
  }
}

/// CURLMOPT_SOCKETFUNCTION.
private func curlWantsSocket(
  _ easy: UnsafeMutableRawPointer?, _ descriptor: Int32, _ what: Int32,
  _ context: UnsafeMutableRawPointer?, _ socketContext: UnsafeMutableRawPointer?
) -> Int32 {
  guard let context = unsafe context else { return -1 }
  let multi = unsafe Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
  return unsafe multi.watch(descriptor, what, of: easy)
}

/// CURLMOPT_TIMERFUNCTION.
private func curlWantsTimer(
  _ multiHandle: UnsafeMutableRawPointer?, _ milliseconds: Int, _ context: UnsafeMutableRawPointer?
) -> Int32 {
  guard let context = unsafe context else { return -1 }
  let multi = unsafe Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
  return multi.setTimer(milliseconds: milliseconds)
}
