package import Alerting
package import LinuxSystem
internal import TimeSeries

/// Posts notifications through an HTTP client, with the TLS and proxy options of their sink.
package final class SinkTransport: NotificationTransport {
  /// No receiver's answer is worth more.
  private static let maximumResponseBytes = 64 << 10

  /// How the requests of a sink are made.
  package struct Manner {
    package var tls: TLSOptions
    package var proxyURL: String?
    /// Whether the body of a refusal is worth telling.
    package var explainsItself: Bool

    package init(tls: TLSOptions = TLSOptions(), proxyURL: String? = nil, explainsItself: Bool) {
      self.tls = tls
      self.proxyURL = proxyURL
      self.explainsItself = explainsItself
    }
  }

  private let client: LazyHTTPClient
  /// Those of each sink, by its name.
  package var manners: [String: Manner] = [:]

  package init(client: LazyHTTPClient) {
    self.client = client
  }

  package func post(_ request: OutgoingRequest, completion: @escaping (DeliveryOutcome) -> Void) {
    var post = HTTPRequest(request.method == .put ? .put : .post, url: request.url)
    post.headers = request.headers.map { LinuxSystem.HTTPHeader($0.name, $0.value) }
    post.body = request.body
    post.timeout = request.timeout
    post.connectTimeout = min(.seconds(5), request.timeout)
    post.maximumResponseBytes = Self.maximumResponseBytes
    post.hasSecretPath = true
    let manner = manners[request.sink]
    if let manner { (post.tls, post.proxyURL) = (manner.tls, manner.proxyURL) }
    let explainsItself = manner?.explainsItself ?? false
    client.send(post) { result in
      switch result {
      case .success(let response):
        if response.head.isSuccess {
          return completion(.answered(status: response.status, retryAfter: nil, detail: nil))
        }
        let detail = explainsItself && response.status == 400 ? Self.detail(response.body) : nil
        completion(
          .answered(
            status: response.status, retryAfter: response.headers["Retry-After"], detail: detail))
      case .failure(let failure): completion(.failed(reason: failure.description))
      }
    }
  }

  /// What a receiver says of a refusal, as far as a line of the journal holds it.
  private static func detail(_ body: [UInt8]) -> String? {
    let text = String(decoding: body.prefix(300), as: UTF8.self)
      .filter { !$0.isNewline && $0 != "\"" }
    return text.isEmpty ? nil : text
  }
}
