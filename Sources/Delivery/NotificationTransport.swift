package import Alerting
package import TimeSeries

/// A request to a sink, ready to be sent. Address and headers may hold secrets: it does not print
/// itself.
package struct OutgoingRequest: Hashable, Sendable, CustomStringConvertible {
  package struct Header: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package enum Method: String, Sendable {
    case post = "POST"
    case put = "PUT"
  }

  /// The sink's name, by which a transport finds TLS and proxy options.
  package var sink: String
  package var method: Method
  package var url: String
  package var headers: [Header]
  package var body: [UInt8]
  /// For the whole exchange, connecting included.
  package var timeout: TimeSpan

  package init(
    sink: String, method: Method = .post, url: String, headers: [Header], body: [UInt8],
    timeout: TimeSpan
  ) {
    self.sink = sink
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
  }

  package var description: String { "\(method.rawValue) of \(body.count) bytes to sink \(sink)" }

  /// The first value of a header, whatever the case of its name.
  package func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// Sends requests by HTTP. Never follows a redirect, and puts no secret into a reason.
package protocol NotificationTransport: AnyObject {
  /// Sends `request` and calls `completion` exactly once on the event loop's thread, at the latest
  /// when the request's timeout is over.
  func post(_ request: OutgoingRequest, completion: @escaping (DeliveryOutcome) -> Void)
}
