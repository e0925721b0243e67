internal import Alerting
internal import Delivery
internal import LinuxSystem
internal import TimeSeries
internal import WatchConfiguration

/// Posts notifications through the daemon's HTTP client, with the TLS and proxy options of their
/// sink.
final class SinkTransport: NotificationTransport {
  /// No receiver's answer is worth more.
  private static let maximumResponseBytes = 64 << 10

  /// What the configuration of a sink says of its requests.
  private struct Manner {
    var tls: TLSOptions
    var proxyURL: String?
    /// Whether the body of a refusal is worth telling.
    var explainsItself: Bool

    init(_ sink: Configuration.Sink) {
      tls = TLSOptions(sink.tls)
      proxyURL = sink.proxyURL?.text
      explainsItself = [.alertmanager, .pagerduty].contains(sink.type)
    }
  }

  private let client: LazyHTTPClient
  private var manners: [String: Manner] = [:]

  init(client: LazyHTTPClient) {
    self.client = client
  }

  func adopt(_ configuration: Configuration) {
    manners = Dictionary(configuration.sinks.map { ($0.name, Manner($0)) }) { first, _ in first }
  }

  func post(_ request: OutgoingRequest, completion: @escaping (DeliveryOutcome) -> Void) {
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

extension TLSOptions {
  init(_ tls: Configuration.TLS) {
    self.init()
    authorityFile = tls.caFile
    certificateFile = tls.certificateFile
    keyFile = tls.keyFile
    serverName = tls.serverName
    skipsVerification = tls.skipsVerification
  }
}
