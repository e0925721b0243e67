package import Formats

/// What came of a request.
package struct PrometheusReply: Sendable {
  package var content: PrometheusContent
  /// The server's own warnings and infos, for a person.
  package var notices: [String]
}

/// Why a request brought nothing, after all that could be tried.
package struct PrometheusProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    /// The question is wrong, or this server will never answer it.
    case refused
    /// A smaller question may be answered.
    case tooMuch
    /// The question is right, and fails on some of these samples.
    case uncomputable
    /// Not reached, overloaded or out of order; it was tried several times.
    case unavailable
  }

  package var kind: Kind
  /// For a person, without the server's address.
  package var description: String

  package init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
