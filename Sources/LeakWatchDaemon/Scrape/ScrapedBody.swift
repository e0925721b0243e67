internal import LinuxSystem
internal import TimeSeries

/// The bytes of a target and what the target says they are.
struct ScrapedBody {
  private static let longestBytes = 256 << 20

  var bytes: [UInt8]
  /// nil for a file.
  var contentType: String?

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// - Parameter target: an address, a path, or "-".
  static func fetch(_ target: String) throws -> ScrapedBody {
    guard target.hasPrefix("http://") || target.hasPrefix("https://") else {
      return ScrapedBody(bytes: try WholeFile.read(target, limit: longestBytes), contentType: nil)
    }
    return try get(target)
  }

  private static func get(_ url: String) throws -> ScrapedBody {
    let loop = try EventLoop()
    let client = try HTTPClient(loop: loop)
    var request = HTTPRequest(url: url)
    request.headers = [
      HTTPHeader(
        "Accept",
        "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
      ),
      HTTPHeader("User-Agent", "LeakWatch"),
    ]
    request.timeout = .seconds(30)
    request.connectTimeout = .seconds(10)
    request.acceptsGzip = true
    request.maximumResponseBytes = longestBytes
    var result: Result<HTTPResponse, HTTPFailure>?
    client.send(request) { reply in
      result = reply
      loop.stop()
    }
    try loop.run()
    guard let response = try result?.get() else {
      throw Failure(description: "\(request.displayURL): no reply")
    }
    guard response.head.isSuccess else {
      throw Failure(description: "\(request.displayURL): the target answered \(response.status)")
    }
    return ScrapedBody(bytes: response.body, contentType: response.headers.contentType)
  }
}
