internal import Alerting
internal import TimeSeries
internal import WatchConfiguration

/// Where the readers of alerts find more, as the configuration says; nothing where it does not.
struct AlertLinks: Hashable, Sendable {
  /// Addresses without a slash or a fragment at their end.
  private let page: String?
  private let runbook: String?

  init(_ status: Configuration.StatusPage) {
    page = status.externalURL.map { url in
      url.text.hasSuffix("/") ? String(url.text.dropLast()) : url.text
    }
    runbook = status.runbookURL?.text
  }

  /// LeakWatch's own alerts are about no service, and have the list of all. Replicas that share an
  /// alert have the page of the one that it is worded after.
  func links(of alert: Alert) -> [AlertLink] {
    let path =
      alert.key.kind.isOwn
      ? "/" : "/services/" + PercentText.encode(alert.description.name.text)
    return [
      page.map { .page($0 + path) }, runbook.map { .runbook("\($0)#\(alert.key.kind.rawValue)") },
    ].compactMap(\.self)
  }

  /// The same alert with its links.
  func linked(_ alert: Alert) -> Alert {
    var alert = alert
    alert.links = links(of: alert)
    return alert
  }
}
