package import TimeSeries

/// A request that brought no complete response: why, and to where.
package struct HTTPFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// How far a request had come when its time ran out.
  package enum Phase: String, Sendable {
    case lookup = "looking up the host name"
    case connect = "connecting"
    case handshake = "in the TLS handshake"
    case reply = "waiting for the first byte of the reply"
    case body = "receiving the reply"
  }

  package enum Reason: Error, Equatable, Sendable {
    /// Refused before anything was sent: a URL, header or file that cannot be used.
    case invalidRequest(String)
    case cannotResolve(String)
    case cannotConnect(String)
    case timedOut(Phase, after: TimeSpan)
    /// Handshake, certificate or key.
    case tls(String)
    case bodyTooLarge(limit: Int)
    case headersTooLarge(limit: Int)
    /// The peer closed or reset before the reply was complete.
    case connectionLost(String)
    /// What came back is not HTTP, or its encoding is broken.
    case malformedReply(String)
    case other(String)
  }

  package var reason: Reason
  /// With secrets removed.
  package var url: String

  package init(reason: Reason, url: String) {
    self.reason = reason
    self.url = url
  }

  /// "http://127.0.0.1:8080/metrics: cannot connect: Connection refused; is the service …".
  package var description: String { "\(url): \(explanation)" }

  /// Without the URL, for where that is told already.
  package var explanation: String {
    switch reason {
    case .invalidRequest(let detail):
      "the request cannot be made: \(detail)"
    case .cannotResolve(let detail):
      "\(detail); check the host name and the resolver of this machine"
    case .cannotConnect(let detail):
      "cannot connect: \(detail); is the service running, and is the address right?"
    case .timedOut(let phase, let limit):
      "timed out after \(limit) while \(phase.rawValue)"
    case .tls(let detail):
      "TLS failed: \(detail)"
    case .bodyTooLarge(let limit):
      "the body is larger than the limit of \(ByteCount(Double(limit)))"
    case .headersTooLarge(let limit):
      "the response headers are larger than the limit of \(ByteCount(Double(limit)))"
    case .connectionLost(let detail):
      "the connection was lost before the reply was complete: \(detail)"
    case .malformedReply(let detail):
      "the reply is not well-formed HTTP: \(detail)"
    case .other(let detail):
      detail
    }
  }
}
