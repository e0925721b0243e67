/// What a client of ours asks.
package struct HTTPServerRequest: Hashable, Sendable {
  /// "GET", "HEAD", …; whatever the client wrote.
  package var method: String
  /// The path as it was sent, percent signs and all, without "?" and what follows.
  package var path: String
  /// The header `Host`; nil where it was not sent.
  package var host: String?

  package init(method: String, path: String, host: String?) {
    self.method = method
    self.path = path
    self.host = host
  }
}

/// What it gets. A HEAD is answered with the same, its body left out by the server.
package struct HTTPServerReply: Hashable, Sendable {
  package var status: Int
  package var headers: [HTTPHeader]
  package var body: [UInt8]

  package init(status: Int, headers: [HTTPHeader], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}
