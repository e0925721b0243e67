private import Glibc
private import TimeSeries

/// Answers questions of a line each on a socket in the file system, for programs of this host: one
/// question a connection, the answer, and the end.
///
/// Bounded in everything that a stranger could make large: connections, the length of a question,
/// the time that a connection may take.
package final class LocalServer {
  package static let longestQuestion = 4096
  private static let mostConnections = 16
  private static let patience = TimeSpan.seconds(10)

  private let loop: EventLoop
  private let path: String
  private let descriptor: Int32
  private let answer: (String, LocalPeer) -> [UInt8]
  private var connections: [Int32: LocalConnection] = [:]

  /// Listens at `path`, which everybody on this host may connect to.
  ///
  /// - Parameter answer: called on the loop's thread with the question, without its newline, and who
  ///   asks.
  /// - Throws: also where another process answers at that path already (`EADDRINUSE`).
  package init(
    path: String, loop: EventLoop, answer: @escaping (String, LocalPeer) -> [UInt8]
  ) throws(SystemError) {
    descriptor = try ListeningSocket.local(path: path)
    self.loop = loop
    self.path = path
    self.answer = answer
    try loop.watch(descriptor, for: .readable) { [unowned self] _ in accept() }
  }

  deinit {
    loop.unwatch(descriptor)
    close(descriptor)
    unsafe unlink(path)
  }

  private func accept() {
    while true {
      let accepted = Glibc.accept(descriptor, nil, nil)
      guard accepted >= 0 else { return }
      // Nothing is started in between that could inherit it.
      _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
      _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
      guard connections.count < Self.mostConnections, let peer = LocalPeer(of: accepted) else {
        close(accepted)
        continue
      }
      let connection = LocalConnection(accepted) { [answer] in answer($0, peer) }
      connections[accepted] = connection
      let timer = loop.schedule(after: Self.patience, tolerance: .seconds(1)) { [weak self] in
        self?.end(accepted)
      }
      connection.timer = timer
      serve(connection)
    }
  }

  private func serve(_ connection: LocalConnection) {
    switch connection.proceed() {
    case .finished: end(connection.descriptor)
    case .waiting(let interest):
      do {
        try loop.watch(connection.descriptor, for: interest) { [weak self] _ in
          self?.serve(connection)
        }
      } catch {
        end(connection.descriptor)
      }
    }
  }

  private func end(_ descriptor: Int32) {
    guard let connection = connections.removeValue(forKey: descriptor) else { return }
    if let timer = connection.timer { loop.cancel(timer) }
    loop.unwatch(descriptor)
    close(descriptor)
  }
}
