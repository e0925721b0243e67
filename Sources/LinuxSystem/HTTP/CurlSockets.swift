private import CCurl
private import Glibc

/// The sockets of one multi handle in the event loop. One whose request is over stays there while its
/// connection is kept for the next: to take it out and put it back would be two system calls a request.
@safe final class CurlSockets {
  private let loop: EventLoop
  /// In the loop, and for what.
  private var watched: [Int32: EventLoop.Readiness] = [:]
  /// Of those, the ones that no request uses.
  private var resting: Set<Int32> = []

  init(loop: EventLoop) { self.loop = loop }

  /// Has the connections that `transfer` makes closed here; they may outlive it.
  func adopt(_ transfer: CurlTransfer) {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe leakwatch_curl_set_close_socket(transfer.easy, curlClosesSocket, context)
  }

  /// `handler` must be the same for the same descriptor every time.
  func watch(
    _ descriptor: Int32, for interest: EventLoop.Readiness,
    _ handler: @escaping (EventLoop.Readiness) -> Void
  ) throws(SystemError) {
    resting.remove(descriptor)
    if watched[descriptor] == interest { return }
    watched[descriptor] = nil
    try loop.watch(descriptor, for: interest) { [unowned self] readiness in
      // What is heard of a connection that rests is its end, again and again.
      if resting.contains(descriptor) { return unwatch(descriptor) }
      handler(readiness)
    }
    watched[descriptor] = interest
  }

  /// No request uses it any more. - Parameter isAnswered: whether the last one was.
  ///
  /// Over a connection that stands it was answered, and it was read from; libcurl closes that here and
  /// nowhere else. One that is still being made is watched for writing alone. It, and a resolver's pipe,
  /// libcurl closes without a word, and the kernel gives their number to something else.
  func leave(_ descriptor: Int32, isAnswered: Bool) {
    guard isAnswered, let interest = watched[descriptor], interest.contains(.readable) else {
      return unwatch(descriptor)
    }
    resting.insert(descriptor)
  }

  func unwatchAll() {
    for descriptor in watched.keys { loop.unwatch(descriptor) }
    watched = [:]
    resting = []
  }

  private func unwatch(_ descriptor: Int32) {
    resting.remove(descriptor)
    if watched.removeValue(forKey: descriptor) != nil { loop.unwatch(descriptor) }
  }

  fileprivate func close(_ descriptor: Int32) -> Int32 {
    unwatch(descriptor)
    return Glibc.close(descriptor)
  }
}

/// CURLOPT_CLOSESOCKETFUNCTION.
private func curlClosesSocket(_ context: UnsafeMutableRawPointer?, _ descriptor: Int32) -> Int32 {
  guard let context = unsafe context else { return -1 }
  let sockets = unsafe Unmanaged<CurlSockets>.fromOpaque(context).takeUnretainedValue()
  return sockets.close(descriptor)
}
