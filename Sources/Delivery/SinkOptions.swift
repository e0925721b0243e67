package import Alerting
package import TimeSeries

/// What every sink that is told once has in common.
package struct SinkOptions: Hashable, Sendable {
  package var authentication: SinkAuthentication?
  package var headers: [OutgoingRequest.Header] = []
  package var timeout = TimeSpan.seconds(15)
  package var sendsResolved = true
  package var minimumSeverity = Severity.ticket
  package var maximumAge = TimeSpan.hours(24)

  package init() {}

  func wants(_ alert: Alert) -> Bool {
    alert.severity >= minimumSeverity && (alert.status == .firing || sendsResolved)
  }

  /// Those of a JSON body, the credentials, and those of the configuration that are none of these.
  func jsonHeaders() throws(SecretFailure) -> [OutgoingRequest.Header] {
    var all = [OutgoingRequest.Header("content-type", "application/json")]
    if let authentication { all.append(try authentication.header()) }
    let taken = Set(all.map(\.name))
    return all + headers.filter { !taken.contains($0.name.lowercased()) }
  }
}
