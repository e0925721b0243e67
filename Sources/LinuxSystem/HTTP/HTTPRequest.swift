package import TimeSeries

/// One HTTP request, complete: nothing is taken from the environment (no proxy variables, no
/// .netrc, no cookies), and redirects are never followed.
package struct HTTPRequest: Sendable {
  package enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
  }

  package var method: Method
  /// Absolute, `http` or `https`. User information in it is sent as basic authentication.
  package var url: String
  package var headers: [HTTPHeader] = []
  package var body: [UInt8]?
  /// From start to last byte, name lookup included: a server that drips is cut off here.
  package var timeout: TimeSpan = .seconds(10)
  /// Name lookup, TCP and TLS together; never more than `timeout`.
  package var connectTimeout: TimeSpan = .seconds(5)
  package var tls = TLSOptions()
  package var authentication: HTTPAuthentication?
  /// `http://host:port`; nil means a direct connection whatever the environment says.
  package var proxyURL: String?
  /// Connects to this socket instead of the URL's host (which still goes into `Host`).
  package var unixSocketPath: String?
  /// Bytes of body after decompression; one more fails the request with `bodyTooLarge`.
  package var maximumResponseBytes = 16 << 20
  /// How large the decompressed body probably is, to make room for it at once; only a hint.
  package var expectedResponseBytes = 0
  /// Asks for gzip and decompresses whatever encoding comes back.
  package var acceptsGzip = false
  /// True where the path itself is a secret, as in chat webhooks: messages show only the host.
  package var hasSecretPath = false

  package init(_ method: Method = .get, url: String) {
    self.method = method
    self.url = url
  }

  /// Whether a handle that is set up for `other` needs no more than the headers and the body of this.
  func isLike(_ other: HTTPRequest) -> Bool {
    // A server name goes into the headers, and stands for a host in the URL.
    tls.serverName == nil && tls == other.tls && url == other.url && method == other.method
      && (body == nil) == (other.body == nil) && authentication == other.authentication
      && proxyURL == other.proxyURL && unixSocketPath == other.unixSocketPath
      && acceptsGzip == other.acceptsGzip && timeout == other.timeout
      && connectTimeout == other.connectTimeout
  }

  /// The URL as it may be shown to anyone.
  package var displayURL: String { RedactedURL(url, hidingPath: hasSecretPath).text }
}

/// A header field. Names and values with control characters are refused before anything is sent.
package struct HTTPHeader: Hashable, Sendable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// How the server proves itself, and how we prove ourselves to it.
package struct TLSOptions: Hashable, Sendable {
  /// PEM bundle that replaces the system's certificate authorities.
  package var authorityFile: String?
  /// PEM certificate and key for mutual TLS; both or neither.
  package var certificateFile: String?
  package var keyFile: String?
  /// The name to ask for (SNI) and to verify in place of the URL's host.
  package var serverName: String?
  /// Accepts any certificate.
  package var skipsVerification = false

  package init() {}
}

/// Credentials. Their description never shows them.
package enum HTTPAuthentication: Hashable, Sendable, CustomStringConvertible,
  CustomDebugStringConvertible, CustomReflectable
{
  /// RFC 7617.
  case basic(user: String, password: String)
  /// RFC 6750, `Authorization: Bearer …`.
  case bearer(String)

  package var description: String {
    switch self {
    case .basic: "basic (credentials hidden)"
    case .bearer: "bearer (token hidden)"
    }
  }

  package var debugDescription: String { description }

  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Names a request that is under way. Never reused within one client.
package struct HTTPRequestID: Hashable, Sendable {
  var number: UInt64
}
