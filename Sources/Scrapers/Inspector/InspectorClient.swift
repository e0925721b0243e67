internal import Formats
package import LinuxSystem
package import TimeSeries

/// Takes heap snapshots of Node processes through their inspector (`node --inspect=127.0.0.1:9229`), one
/// at a time.
package final class InspectorClient {
  private static let listBytes = 64 << 10

  private let loop: EventLoop
  private let fetcher: ProfileFetcher
  private var session: InspectorSession?
  private var deadline: EventLoop.TimerID?

  package init(loop: EventLoop, client: @escaping () throws(HTTPFailure) -> HTTPClient) {
    self.loop = loop
    fetcher = ProfileFetcher(client: client)
  }

  /// - Parameters:
  ///   - timeout: for all of it.
  ///   - limit: bytes of the snapshot.
  ///   - onBytes: given them in order; what it throws ends the attempt.
  ///   - completion: not called after `stop`.
  package func take(
    host: String, port: UInt16, of target: ExporterTarget, timeout: TimeSpan, limit: Int,
    onBytes: @escaping ([UInt8]) throws(ProfileRefusal) -> Void,
    completion: @escaping (Result<Void, ProfileRefusal>) -> Void
  ) {
    let finish = { [weak self] (result: Result<Void, ProfileRefusal>) in
      guard let self else { return }
      stop()
      completion(result)
    }
    deadline = loop.schedule(after: timeout) {
      finish(
        .failure(
          ProfileRefusal(
            reason: "Node's inspector timed out: no whole snapshot within [profiles] timeout, "
              + "\(timeout)", isFinal: false)))
    }
    let origin = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    fetcher.fetch(
      origin + "/json/list", of: target, timeout: timeout, limit: Self.listBytes
    ) { [weak self] answer in
      do throws(ProfileRefusal) {
        let path = try Self.path(try answer.get())
        var bytes = 0
        try self?.open(host, port, path) { (piece: [UInt8]) throws(ProfileRefusal) in
          bytes += piece.count
          guard bytes <= limit else {
            throw ProfileRefusal(
              reason: "the heap snapshot is larger than the \(ByteCount(Double(limit))) that four "
                + "times [profiles] max_heap allow", isFinal: false)
          }
          try onBytes(piece)
        } completion: {
          finish($0)
        }
      } catch {
        finish(.failure(error))
      }
    }
  }

  package func stop() {
    fetcher.stop()
    session?.stop()
    session = nil
    if let deadline { loop.cancel(deadline) }
    deadline = nil
  }

  private func open(
    _ host: String, _ port: UInt16, _ path: String,
    onChunk: @escaping ([UInt8]) throws(ProfileRefusal) -> Void,
    completion: @escaping (Result<Void, ProfileRefusal>) -> Void
  ) throws(ProfileRefusal) {
    do {
      session = try InspectorSession(
        host: host, port: port, path: path, loop: loop, onChunk: onChunk, completion: completion)
    } catch {
      throw ProfileRefusal(reason: "\(error)", isFinal: false)
    }
  }

  private static func path(_ list: [UInt8]) throws(ProfileRefusal) -> String {
    do {
      if let path = try InspectorList.path(list.span) { return path }
    } catch {
      throw ProfileRefusal(
        reason: "what is served at /json/list is not Node's inspector: \(error)", isFinal: false)
    }
    throw ProfileRefusal(
      reason: "Node's inspector lists no process that can be asked", isFinal: false)
  }
}
