private import CMicroHTTPD
private import Glibc
package import TimeSeries

/// Answers HTTP/1.1 on a socket from the event loop's thread, by libmicrohttpd: one request a
/// connection, the answer, and the end.
///
/// Bounded in everything that a stranger could make large: connections, the size of a request, how
/// long a connection may be silent, and how long it may live. A request's body is never read.
@safe package final class HTTPServer {
  package struct Limits: Sendable {
    /// More wait in the kernel's queue until one of these ends.
    package var connections = 32
    package var idleTime = TimeSpan.seconds(10)
    /// From the first byte asked to the last byte sent.
    package var totalTime = TimeSpan.seconds(30)
    /// For the request line and headers of one connection.
    package var requestBytes = 16 << 10

    package init() {}
  }

  private let loop: EventLoop
  private let daemon: OpaquePointer
  private let descriptor: Int32
  private let desk: HTTPServerDesk
  private var timer: EventLoop.TimerID?

  /// - Parameters:
  ///   - listener: a descriptor from `ListeningSocket`, which is this object's from now on.
  ///   - answer: called on the loop's thread, once for each request whose head was understood.
  package init(
    listener: Int32, loop: EventLoop, limits: Limits = Limits(),
    answer: @escaping (HTTPServerRequest) -> HTTPServerReply
  ) throws(SystemError) {
    desk = HTTPServerDesk(loop: loop, patience: limits.totalTime, answer: answer)
    let context = unsafe Unmanaged.passUnretained(desk).toOpaque()
    let started = unsafe leakwatch_mhd_start(
      listener, UInt32(limits.connections), UInt32(limits.idleTime.seconds.rounded(.up)),
      limits.requestBytes, answerRequest, noteConnection, context)
    guard let started = unsafe started else {
      close(listener)
      throw SystemError(call: "MHD_start_daemon", subject: "", errno: ENOMEM)
    }
    unsafe daemon = started
    descriptor = unsafe leakwatch_mhd_epoll(started)
    self.loop = loop
    try loop.watch(descriptor, for: .readable) { [unowned self] _ in proceed() }
  }

  deinit {
    if let timer { loop.cancel(timer) }
    loop.unwatch(descriptor)
    unsafe MHD_stop_daemon(daemon)
  }

  /// Connections that are open.
  package var connectionCount: Int { desk.connectionCount }

  /// Serves what can be served without waiting, and comes back when libmicrohttpd wants to.
  private func proceed() {
    // A place that has become free is offered to those who wait in the next run alone.
    repeat { unsafe MHD_run(daemon) } while desk.takeEnd()
    if let timer { loop.cancel(timer) }
    timer = nil
    var milliseconds: UInt64 = 0
    guard unsafe MHD_get_timeout(daemon, &milliseconds) == .YES else { return }
    let delay = TimeSpan(milliseconds: Int64(clamping: milliseconds))
    timer = loop.schedule(after: delay) { [unowned self] in
      timer = nil
      proceed()
    }
  }
}

/// MHD_AccessHandlerCallback: answered at once, whether or not a body would follow.
private func answerRequest(
  _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ path: UnsafePointer<CChar>?,
  _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ body: UnsafePointer<CChar>?,
  _ bodySize: UnsafeMutablePointer<Int>?, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  guard let context = unsafe context, let connection = unsafe connection,
    let path = unsafe path, let method = unsafe method
  else { return .NO }
  let host = unsafe MHD_lookup_connection_value(connection, .HEADER_KIND, "Host")
  let request = unsafe HTTPServerRequest(
    method: String(cString: method), path: String(cString: path),
    host: host.map { unsafe String(cString: $0) })
  let desk = unsafe Unmanaged<HTTPServerDesk>.fromOpaque(context).takeUnretainedValue()
  return unsafe queue(desk.reply(to: request), on: connection)
}

private func queue(_ reply: HTTPServerReply, on connection: OpaquePointer) -> MHD_Result {
  var body = reply.body
  let response = unsafe body.withUnsafeMutableBytes { bytes in
    unsafe MHD_create_response_from_buffer(bytes.count, bytes.baseAddress, .RESPMEM_MUST_COPY)
  }
  guard let response = unsafe response else { return .NO }
  defer { unsafe MHD_destroy_response(response) }
  for header in reply.headers + [HTTPHeader("Connection", "close")] {
    unsafe MHD_add_response_header(response, header.name, header.value)
  }
  return unsafe MHD_queue_response(connection, UInt32(clamping: reply.status), response)
}

/// MHD_NotifyConnectionCallback.
private func noteConnection(
  _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
  _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_ConnectionNotificationCode
) {
  guard let context = unsafe context, let connection = unsafe connection else { return }
  let descriptor = unsafe leakwatch_mhd_socket(connection)
  let desk = unsafe Unmanaged<HTTPServerDesk>.fromOpaque(context).takeUnretainedValue()
  if code == .CONNECTION_NOTIFY_STARTED {
    desk.begin(descriptor)
  } else {
    desk.end(descriptor)
  }
}
