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
    let whole = object(alert, details: AlertBody.data(alert)).bytes
    guard whole.count > longestBytes else { return whole }
    return object(alert, details: ["summary": .string(summary(alert))]).bytes
  }

  /// The same for every watcher of a service, so that PagerDuty joins what they say; after a resolve
  /// it begins another incident. At most 255 characters: a name and 16 digits of its hash.
  package static func deduplicationKey(_ alert: Alert) -> String {
    let host = alert.isOfOneHost ? alert.host : ""
    let identity = EpisodeID(host: host, key: alert.key, start: Timestamp(milliseconds: 0))
    return "leakwatch/\(alert.key.kind.rawValue)/\(identity.text)"
  }

  private static func object(_ alert: Alert, details: JSONValue) -> JSONValue {
    let key = JSONValue.Member(name: "dedup_key", value: .string(deduplicationKey(alert)))
    guard alert.status == .firing else {
      return .object([.init(name: "event_action", value: "resolve"), key])
    }
    let payload: JSONValue = [
      "summary": .string(summary(alert)),
      "source": .string(alert.host),
      "severity": .string(severity(alert.severity)),
      "timestamp": .string(alert.startedAt.rfc3339),
      "component": .string(alert.key.service.text),
      "class": .string(alert.key.kind.rawValue),
      "custom_details": details,
    ]
    let links = alert.links.map { link -> JSONValue in
      ["href": .string(link.href), "text": .string(link.text)]
    }
    let page = alert.pageURL.map { JSONValue.Member(name: "client_url", value: .string($0)) }
    return .object(
      [
        .init(name: "event_action", value: "trigger"), key,
        .init(name: "client", value: "LeakWatch"),
      ] + [page].compactMap(\.self) + [
        .init(name: "payload", value: payload), .init(name: "links", value: .array(links)),
      ])
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
