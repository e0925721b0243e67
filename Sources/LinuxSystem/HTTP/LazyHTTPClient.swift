/// The daemon's one HTTP client, made at its first use: TLS libraries cost megabytes that a host
/// watched through cgroups alone need not pay.
package final class LazyHTTPClient {
  private let loop: EventLoop
  private var client: HTTPClient?

  package init(loop: EventLoop) {
    self.loop = loop
  }

  package func get() throws(HTTPFailure) -> HTTPClient {
    if let client { return client }
    let made = try HTTPClient(loop: loop)
    client = made
    return made
  }

  package func send(
    _ request: HTTPRequest, completion: @escaping (Result<HTTPResponse, HTTPFailure>) -> Void
  ) {
    do throws(HTTPFailure) {
      try get().send(request, completion: completion)
    } catch {
      completion(.failure(error))
    }
  }
}
