package import Alerting
package import TimeSeries

extension Configuration {
  /// `[[sink]]`: where alerts are sent, beside the journal.
  package struct Sink: Sendable, Equatable {
    /// Where the address stands: in the configuration, or in a file read at each use.
    package enum Address: Sendable, Equatable {
      case url(WebURL)
      case file(String)
    }

    package var name: String
    package var type = SinkType.webhook
    package var address: Address
    /// Files with signing secrets, newest first: none (unsigned), one, or two while one replaces
    /// the other.
    package var secretFiles: [String] = []
    package var timeout = TimeSpan.seconds(15)
    /// Whether the end of an alert is told too.
    package var sendsResolved = true
    /// Alerts below it are not sent here.
    package var minimumSeverity = Severity.ticket
    package var headers: [HTTPHeader] = []
    package var tls = TLS()
    package var proxyURL: WebURL?
    /// After this a notification that could not be delivered is given up.
    package var maximumAge = TimeSpan.hours(24)

    package init(name: String, address: Address) {
      self.name = name
      self.address = address
    }
  }

  package enum SinkType: String, CaseIterable, Sendable {
    /// JSON in the Standard Webhooks 1.0.0 envelope.
    case webhook
  }
}
