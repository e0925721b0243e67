package import Alerting
package import TimeSeries

/// What every sink has in common that forgets nothing.
package struct SinkOptions: Hashable, Sendable {
  package var authentication: SinkAuthentication?
  package var headers: [OutgoingRequest.Header] = []
  package var timeout = TimeSpan.seconds(15)
  package var route = AlertRoute()
  package var maximumAge = TimeSpan.hours(24)
  /// How long the first alert of a message waits for others; zero: each is a message.
  package var groupWait = TimeSpan.zero

  /// As many as fit into one message of the chats that limit it most.
  package static let mostInGroup = 40

  var batchLimit: Int { groupWait > .zero ? Self.mostInGroup : 1 }

  package init() {}

  /// Those of the body and the protocol, which the configuration cannot replace, the credentials, and
  /// those of the configuration that are none of these.
  func headers(
    contentType: String = "application/json", own: [OutgoingRequest.Header] = []
  ) throws(SecretFailure) -> [OutgoingRequest.Header] {
    var all = [OutgoingRequest.Header("content-type", contentType)] + own
    if let authentication { all.append(try authentication.header()) }
    if headers.isEmpty { return all }
    let taken = Set(all.map(\.name))
    return all + headers.filter { !taken.contains($0.name.lowercased()) }
  }
}

/// A sink that forgets nothing, with what all of those have in common.
package protocol MessageSink: NotificationSink {
  var options: SinkOptions { get }
}

extension MessageSink {
  package var maximumAge: TimeSpan { options.maximumAge }
  package var route: AlertRoute { options.route }
  package var groupWait: TimeSpan { options.groupWait }
  package var batchLimit: Int { options.batchLimit }
}
