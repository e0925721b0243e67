private import TimeSeries

/// An alert as PagerDuty's Events API v2 takes it, without the routing key, which is a secret and is
/// added when it is sent.
package enum PagerDutyBody {
  /// Characters of `payload.summary`; the API refuses more.
  private static let longestSummary = 1024
  /// The API takes 512 KB in all.
  private static let longestBytes = 400_000

  /// A JSON object with at least one member.
  package static func event(_ alert: Alert) -> [UInt8] {
    let whole = object(alert) { AlertBody.write(alert, to: &$0) }
    guard whole.count > longestBytes else { return whole }
    return object(alert) { $0.write(["summary": .string(summary(alert))]) }
  }

  /// The same for every watcher of a service, so that PagerDuty joins what they say; after a resolve
  /// it begins another incident. At most 255 characters: a name and 16 digits of its hash.
  package static func deduplicationKey(_ alert: Alert) -> String {
    let host = alert.isOfOneHost ? alert.host : ""
    let identity = EpisodeID(host: host, key: alert.key, start: Timestamp(milliseconds: 0))
    return "leakwatch/\(alert.key.kind.rawValue)/\(identity.text)"
  }

  private static func object(_ alert: Alert, details: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { event in
      event.member("event_action", alert.status == .firing ? "trigger" : "resolve")
      event.member("dedup_key", deduplicationKey(alert))
      guard alert.status == .firing else { return }
      event.member("client", "LeakWatch")
      if let page = alert.pageURL { event.member("client_url", page) }
      event.name("payload")
      event.object {
        $0.member("summary", summary(alert))
        $0.member("source", alert.host)
        $0.member("severity", severity(alert.severity))
        $0.member("timestamp", alert.startedAt.rfc3339)
        $0.member("component", alert.key.service.text)
        $0.member("class", alert.key.kind.rawValue)
        $0.name("custom_details")
        details(&$0)
      }
      event.name("links")
      event.array(alert.links) {
        $0.write(["href": .string($1.href), "text": .string($1.text)])
      }
    }
    return writer.bytes
  }

  private static func summary(_ alert: Alert) -> String {
    alert.summary.shortened(to: longestSummary)
  }

  private static func severity(_ severity: Severity) -> String {
    switch severity {
    case .page: "critical"
    case .warning: "warning"
    case .ticket: "info"
    }
  }
}

extension String {
  /// At most `limit` Unicode scalars, the last one "…" where something is missing.
  func shortened(to limit: Int) -> String {
    guard unicodeScalars.count > limit else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.prefix(limit - 1))) + "…"
  }
}
