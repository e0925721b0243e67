package import TimeSeries

/// An alert as Alertmanager's API v2 takes it (`POST /api/v2/alerts`, an array of `labels`,
/// `annotations`, `startsAt`, `endsAt`, `generatorURL`).
///
/// Labels are the identity: what joins the same alert of two senders, and what routes match. They
/// hold nothing that two watchers of one service could see differently, no figure, and the severity,
/// because a route cannot match an annotation. A severity that rises therefore begins another alert
/// at Alertmanager, and the one before it is ended in the same message.
///
/// It waits in the outbox as lines of JSON: the labels; then everything else; then one line for each
/// alert that this one takes the place of. `endsAt` of what fires is added when it is sent.
package struct AlertmanagerBody: Hashable, Sendable {
  private var labels: String
  private var rest: String
  private var replaced: [String]

  /// - Parameters:
  ///   - extraLabels: what the configuration adds; never one of the alert's own.
  ///   - generatorURL: a page for the reader, where the alert brings none of its own.
  ///   - earlier: what this sender last said of the same alert, nil if nothing.
  ///   - hasReachedReceiver: whether `earlier` may have arrived, so that it must be ended.
  package init(
    _ alert: Alert, extraLabels: [(name: String, value: String)] = [], generatorURL: String? = nil,
    after earlier: AlertmanagerBody? = nil, hasReachedReceiver: Bool = true
  ) {
    let own = JSONValue.object(Self.labels(alert, extraLabels)).text
    // The end must find the alert that it ends, whatever has become known meanwhile.
    labels = alert.status == .resolved ? earlier?.labels ?? own : own
    rest = JSONValue.object(Self.rest(alert, generatorURL)).text
    replaced = earlier?.replaced ?? []
    if let earlier, earlier.labels != labels, hasReachedReceiver {
      let end = JSONValue.string(alert.at.rfc3339).text
      replaced.append("{\"labels\":\(earlier.labels),\"endsAt\":\(end)}")
    }
  }

  /// nil for bytes that are not of this form.
  package init?(bytes: [UInt8]) {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    guard lines.count >= 2, lines.allSatisfy({ $0.hasPrefix("{") && $0.hasSuffix("}") }) else {
      return nil
    }
    (labels, rest, replaced) = (lines[0], lines[1], Array(lines[2...]))
  }

  package var bytes: [UInt8] {
    Array(([labels, rest] + replaced).joined(separator: "\n").utf8)
  }

  /// Once the receiver has it: what it took the place of has ended and is not ended again.
  package var withoutReplaced: AlertmanagerBody {
    var body = self
    body.replaced = []
    return body
  }

  /// The elements of the array to send. - Parameter endsAt: nil for an alert that has ended.
  package func elements(endsAt: Timestamp?) -> [String] {
    let end = endsAt.map { "\"endsAt\":\(JSONValue.string($0.rfc3339).text)," } ?? ""
    return ["{\"labels\":\(labels),\(end)\(rest.dropFirst())"] + replaced
  }

  /// "LeakWatchMemoryGrowth" for `memory_growth`: unique among everybody's alerts.
  package static func alertName(_ kind: AlertKind) -> String {
    let words = kind.rawValue.split(separator: "_").map { word in
      ["oom", "gc"].contains(word)
        ? word.uppercased() : word.prefix(1).uppercased() + word.dropFirst()
    }
    return "LeakWatch" + words.joined()
  }

  /// Labels that an alert has of itself.
  package static let ownLabels = ["alertname", "service", "host", "severity"]

  private static func labels(
    _ alert: Alert, _ extra: [(name: String, value: String)]
  ) -> [JSONValue.Member] {
    var labels = [
      JSONValue.Member(name: "alertname", value: .string(alertName(alert.key.kind))),
      JSONValue.Member(name: "service", value: .string(alert.key.service.text)),
      JSONValue.Member(name: "severity", value: .string(alert.severity.rawValue)),
    ]
    // A cgroup exists on one host. What is watched over the network is the same service whoever
    // watches it: the watcher's name would keep two of them apart.
    if alert.isOfOneHost {
      labels.append(JSONValue.Member(name: "host", value: .string(alert.host)))
    }
    labels += extra.map { JSONValue.Member(name: $0.name, value: .string($0.value)) }
    return labels.sorted { $0.name < $1.name }
  }

  private static func rest(_ alert: Alert, _ generatorURL: String?) -> [JSONValue.Member] {
    var members = [JSONValue.Member(name: "startsAt", value: .string(alert.startedAt.rfc3339))]
    if alert.status == .resolved {
      members.append(JSONValue.Member(name: "endsAt", value: .string(alert.at.rfc3339)))
    }
    if let url = alert.pageURL ?? generatorURL {
      members.append(JSONValue.Member(name: "generatorURL", value: .string(url)))
    }
    members.append(
      JSONValue.Member(name: "annotations", value: .object(AlertAnnotations.members(alert))))
    return members
  }
}
