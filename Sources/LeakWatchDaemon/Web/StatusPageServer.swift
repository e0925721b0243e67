internal import LinuxSystem
internal import TimeSeries
internal import WatchConfiguration

/// Serves the page where the configuration says. Without its address LeakWatch goes on watching,
/// says so, and tries again: who takes a port must not stop the watch.
final class StatusPageServer {
  private static let retryInterval = TimeSpan.seconds(30)

  private let loop: EventLoop
  private let answer: (HTTPServerRequest, HostRule) -> HTTPServerReply
  /// Takes what a person must know, and nil when it is mended.
  private let tell: (String?) -> Void
  private var page = Configuration.StatusPage()
  private var server: HTTPServer?
  /// Where `server` listens.
  private var address: ListenAddress?
  private var retry: EventLoop.TimerID?
  private var isFailing = false
  /// Replies by status code, since the daemon started.
  private(set) var replies: [Int: Int] = [:]

  init(
    loop: EventLoop, answer: @escaping (HTTPServerRequest, HostRule) -> HTTPServerReply,
    tell: @escaping (String?) -> Void
  ) {
    self.loop = loop
    self.answer = answer
    self.tell = tell
  }

  /// Listens where `page` says from now on; where that is where it listens already, nobody notices.
  func use(_ page: Configuration.StatusPage) {
    let isSamePlace = page.listen == self.page.listen
    self.page = page
    if isSamePlace, server != nil || page.listen == nil { return }
    // Who was told that it fails is told that it works.
    let isAwaited = isFailing && isSamePlace
    stop()
    isFailing = isAwaited
    open()
  }

  func stop() {
    if let retry { loop.cancel(retry) }
    retry = nil
    server = nil
    if case .unix(let path) = address { ListeningSocket.remove(path: path) }
    address = nil
    isFailing = false
  }

  private func open() {
    guard let wanted = page.listen else { return }
    do throws(SystemError) {
      let listener =
        switch wanted {
        case .tcp(let host, let port): try ListeningSocket.tcp(host: host, port: port)
        case .unix(let path): try ListeningSocket.local(path: path)
        }
      server = try HTTPServer(listener: listener, loop: loop) { [unowned self] request in
        let reply = answer(request, HostRule(page))
        replies[reply.status, default: 0] += 1
        return reply
      }
      address = wanted
      if isFailing { tell(nil) }
      isFailing = false
    } catch {
      if !isFailing {
        tell("the page of [status] is not served: \(error); LeakWatch watches on and tries again")
      }
      isFailing = true
      retry = loop.schedule(after: Self.retryInterval, tolerance: .seconds(1)) { [weak self] in
        self?.open()
      }
    }
  }
}
