package import LinuxSystem
package import TimeSeries

/// Why a profile could not be fetched, in words, and whether asking again can help.
package struct ProfileRefusal: Error, Hashable, Sendable {
  package var reason: String
  /// The service has no such profile, or refuses it.
  package var isFinal: Bool

  package init(reason: String, isFinal: Bool) {
    self.reason = reason
    self.isFinal = isFinal
  }
}

/// Fetches profiles as they are served, one at a time.
package final class ProfileFetcher {
  private let client: () throws(HTTPFailure) -> HTTPClient
  private var running: HTTPRequestID?

  package init(client: @escaping () throws(HTTPFailure) -> HTTPClient) {
    self.client = client
  }

  /// - Parameters:
  ///   - url: the profile's; the target's credentials and headers go there only where scheme, host
  ///     and port are the target's own.
  ///   - limit: bytes of the answer.
  ///   - completion: not called after `stop`.
  package func fetch(
    _ url: String, of target: ExporterTarget, timeout: TimeSpan, limit: Int,
    completion: @escaping (Result<[UInt8], ProfileRefusal>) -> Void
  ) {
    do {
      let request = try Self.request(url, of: target, timeout: timeout, limit: limit)
      running = try client().send(request) { [weak self] result in
        self?.running = nil
        completion(Self.answer(result))
      }
    } catch {
      completion(.failure(ProfileRefusal(reason: "\(error)", isFinal: false)))
    }
  }

  package func stop() {
    guard let running else { return }
    self.running = nil
    try? client().cancel(running)
  }

  private static func request(
    _ url: String, of target: ExporterTarget, timeout: TimeSpan, limit: Int
  ) throws -> HTTPRequest {
    var request = HTTPRequest(url: url)
    request.timeout = timeout
    request.connectTimeout = timeout
    request.maximumResponseBytes = limit
    request.tls = target.tls
    request.proxyURL = target.proxyURL
    request.headers = [HTTPHeader("User-Agent", "LeakWatch")]
    guard ExporterTarget.origin(of: url) == ExporterTarget.origin(of: target.url) else {
      return request
    }
    request.headers += target.headers
    request.authentication = try target.credentials?.read()
    return request
  }

  private static func answer(
    _ result: Result<HTTPResponse, HTTPFailure>
  ) -> Result<[UInt8], ProfileRefusal> {
    switch result {
    case .failure(let failure):
      .failure(ProfileRefusal(reason: failure.description, isFinal: false))
    case .success(let response):
      response.head.isSuccess
        ? .success(response.body) : .failure(refusal(status: response.status))
    }
  }

  private static func refusal(status: Int) -> ProfileRefusal {
    let meaning =
      switch status {
      case 300..<400: ", a redirect, which is not followed"
      case 401, 403: "; it demands other credentials"
      case 404: "; it serves no profiles there"
      default: ""
      }
    return ProfileRefusal(
      reason: "the service answered \(status) to the request for a heap profile\(meaning)",
      isFinal: (300..<500).contains(status) && status != 408 && status != 429)
  }
}
