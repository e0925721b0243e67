private import Formats
package import LinuxSystem
package import TimeSeries

/// Targets that a server lists, as Prometheus' http_sd asks for them: GET, 200, application/json.
package final class HTTPTargetSource: TargetListSource {
  /// No list is longer.
  private static let longestBytes = 16 << 20

  package struct Address: Sendable, Equatable {
    package var url: String
    package var timeout = TimeSpan.seconds(10)
    package var headers: [HTTPHeader] = []
    package var credentials: ExporterCredentials?
    package var tls = TLSOptions()
    package var proxyURL: String?

    package init(url: String) {
      self.url = url
    }
  }

  package var name: String { RedactedURL(address.url).text }
  private let address: Address
  private let interval: TimeSpan
  private let loop: EventLoop
  private let client: () throws(HTTPFailure) -> HTTPClient
  private let onReport: (TargetListReport) -> Void
  private var timer: EventLoop.TimerID?
  private var running: HTTPRequestID?
  private var groups: [TargetGroup]?
  private var isFailing = false

  package init(
    _ address: Address, interval: TimeSpan, loop: EventLoop,
    client: @escaping () throws(HTTPFailure) -> HTTPClient,
    onReport: @escaping (TargetListReport) -> Void
  ) {
    self.address = address
    self.interval = interval
    self.loop = loop
    self.client = client
    self.onReport = onReport
  }

  deinit { stop() }

  package func start() { ask() }

  package func stop() {
    timer.map(loop.cancel)
    timer = nil
    if let running { try? client().cancel(running) }
    running = nil
  }

  private func ask() {
    let tolerance = TimeSpan(milliseconds: interval.milliseconds / 10)
    timer = loop.schedule(after: interval, tolerance: tolerance) { [weak self] in self?.ask() }
    // The timeout is not longer than the interval, but a stalled loop may be late.
    guard running == nil else { return }
    do {
      running = try client().send(try request()) { [weak self] result in
        guard let self, running != nil else { return }
        running = nil
        take(result)
      }
    } catch {
      fail("\(name): \(error)")
    }
  }

  private func request() throws(CredentialFailure) -> HTTPRequest {
    var request = HTTPRequest(url: address.url)
    let seconds = interval.seconds
    request.headers =
      [
        HTTPHeader("Accept", "application/json"),
        HTTPHeader("User-Agent", "LeakWatch"),
        HTTPHeader(
          "X-Prometheus-Refresh-Interval-Seconds",
          seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"),
      ] + address.headers
    request.timeout = min(address.timeout, interval)
    request.connectTimeout = request.timeout
    request.tls = address.tls
    request.proxyURL = address.proxyURL
    request.maximumResponseBytes = Self.longestBytes
    request.acceptsGzip = true
    request.authentication = try address.credentials?.read()
    return request
  }

  private func take(_ result: Result<HTTPResponse, HTTPFailure>) {
    switch result {
    case .failure(let failure): fail(failure.description)
    case .success(let response) where response.status != 200:
      fail("\(name): the server answered \(response.status) in place of a list of targets")
    case .success(let response):
      guard Self.isJSON(response.headers.contentType) else {
        let found = response.headers.contentType ?? "none"
        return fail("\(name): the Content-Type is \(found.prefix(80)), not application/json")
      }
      do {
        adopt(try TargetList.parse(response.body))
      } catch {
        fail("\(name): \(error)")
      }
    }
  }

  private func adopt(_ list: [TargetGroup]) {
    isFailing = false
    let labelled = list.map { group in
      var group = group
      group.labels = LabelSet(
        group.labels.labels + [LabelSet.Label(name: "__meta_url", value: name)])
      return group
    }
    guard labelled != groups else { return }
    groups = labelled
    onReport(TargetListReport(groups: labelled, problems: []))
  }

  private func fail(_ reason: String) {
    guard !isFailing else { return }
    isFailing = true
    let rest = groups == nil ? "" : "; its last list is kept"
    onReport(TargetListReport(groups: groups ?? [], problems: [reason + rest]))
  }

  /// As Prometheus takes it: with UTF-8 or without a word of it.
  private static func isJSON(_ contentType: String?) -> Bool {
    let parts = (contentType ?? "").lowercased().split(separator: ";").map { part in
      String(part.filter { !$0.isWhitespace && $0 != "\"" })
    }
    return parts.first == "application/json"
      && parts.dropFirst().allSatisfy { $0 == "charset=utf-8" }
  }
}
